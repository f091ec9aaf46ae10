import { describe, expect, it } from '@jest/globals';
import {
  absent,
  done,
  failed,
  operation,
  PanelError,
  pending,
  secret,
  type Json,
  type Operation,
  type OperationArguments,
  type OperationShape,
  type Pending,
  type StepName,
} from '@hostwright/sdk';
import { testCtx } from '../ctx/index.js';
import { TestJournal } from './journal.js';
import { failureOf, runOperation, type Run, type RunOptions } from './run-operation.js';

interface Shape extends OperationShape {
  readonly input: { readonly size: number };
  readonly output: Json | undefined;
}
type Arguments = OperationArguments<Shape, Record<never, never>, string>;

const unknown = () => new PanelError('unknown_outcome', 'silence');
const steps = ['make machine', 'name machine'];
const pausing = { pauseMs: 1 };

/** A provider with machines by name, and what was asked of it. */
class Provider {
  readonly machines = new Set<string>();
  readonly asked: string[] = [];

  find(name: string) {
    this.asked.push(`find ${name}`);
    return Promise.resolve(this.machines.has(name) ? done({ name }) : absent);
  }

  make(name: string) {
    this.asked.push(`make ${name}`);
    this.machines.add(name);
    return Promise.resolve({ name });
  }

  remove(name: string) {
    this.asked.push(`remove ${name}`);
    this.machines.delete(name);
    return Promise.resolve();
  }

  machine(name: string) {
    return {
      strength: 'unique',
      claim: name,
      find: (claim: string) => this.find(claim),
      run: (claim: string) => this.make(claim),
      undo: (made: { name: string }) => this.remove(made.name),
    } as const;
  }
}

function run(what: Operation<Shape>, options: RunOptions = {}): Promise<Run<Json | undefined>> {
  return runOperation(what, { ctx: testCtx(), size: 5 }, { ...pausing, ...options });
}

function anOperation(body: (args: Arguments) => Promise<Json | undefined>, declared: readonly string[] = steps): Operation<Shape> {
  return operation<Shape>({ steps: declared, run: body });
}

function twoMachines(provider: Provider): Operation<Shape> {
  return anOperation(async ({ step }) => {
    await step('make machine', provider.machine('one'));
    return step('name machine', provider.machine('two'));
  });
}

describe('a step', () => {
  it('is looked for before it is called, and what it answers crosses as JSON', async () => {
    const provider = new Provider();
    const when = new Date(0);
    const { output, finished } = await run(
      anOperation(
        ({ step, size }) =>
          step('make machine', { ...provider.machine('one'), run: () => Promise.resolve({ name: 'one', size, when, gone: undefined }) }),
        ['make machine'],
      ),
    );
    expect(output).toEqual({ name: 'one', size: 5, when: when.toISOString() });
    expect(finished).toEqual(['make machine']);
    expect(provider.asked).toEqual(['find one']);
  });

  it('is looked for again, not called again, when its call worked in silence', async () => {
    const provider = new Provider();
    const silent = { ...provider.machine('one'), run: (name: string) => provider.make(name).then(() => Promise.reject(unknown())) };
    await run(anOperation(({ step }) => step('make machine', silent), ['make machine']));
    expect(provider.asked).toEqual(['find one', 'make one', 'find one']);
  });

  it('that waits is polled with its task, and begun anew when it ended in nothing', async () => {
    let begun = 0;
    const polled: unknown[] = [];
    const ends = [pending(), pending({ id: 'second' }), failed(unknown()), done('made')];
    const { output } = await run(
      anOperation(
        ({ step }) =>
          step('make machine', {
            run: () => Promise.resolve({ id: `task ${(begun += 1)}` }),
            until: (task: { id: string }) => (polled.push(task.id), Promise.resolve(ends.shift()!)),
          }),
        ['make machine'],
      ),
    );
    expect(output).toBe('made');
    expect(polled).toEqual(['task 1', 'task 1', 'second', 'task 2']);
  });

  it('that nobody can look for is not called twice', async () => {
    let calls = 0;
    const charge = { strength: 'blind', run: () => ((calls += 1), Promise.reject(unknown())) } as const;
    const what = anOperation(({ step }) => step('make machine', charge), ['make machine']);
    expect((await failureOf(run(what))).code).toBe('unknown_outcome');
    expect(calls).toBe(1);
  });

  it('may use what a connected module answers, which is asked for and not done', async () => {
    const what = anOperation(
      ({ step, ctx }) => step('name machine', ctx.dns.removeRecord({ name: 'one.example.net', type: 'A' })),
      ['name machine'],
    );
    const { output, asked } = await run(what, { answer: ({ operation: name }) => `${name} done` });
    expect(output).toBe('removeRecord done');
    expect(asked.get('name machine')).toEqual({ kind: 'dns', operation: 'removeRecord', input: { name: 'one.example.net', type: 'A' } });
  });
});

describe('a crash', () => {
  it.each<[string, RunOptions]>([
    ['between the call and the journal', { crashAfterCall: 'name machine' }],
    ['before the output is in the journal', { crashAtEnd: 'name machine' }],
  ])('%s makes the function start again: finished steps are not asked for, the open one is looked for', async (_when, options) => {
    const provider = new Provider();
    await run(twoMachines(provider), options);
    expect(provider.asked).toEqual(['find one', 'make one', 'find two', 'make two', 'find two']);
  });

  it('leaves a wait with its task', async () => {
    const polled: unknown[] = [];
    let calls = 0;
    const spec = {
      run: () => Promise.resolve(`task ${(calls += 1)}`),
      until: (task: string) => (polled.push(task), Promise.resolve(done('made'))),
    };
    await run(
      anOperation(({ step }) => step('make machine', spec), ['make machine']),
      { crashAtEnd: 'make machine' },
    );
    expect(polled).toEqual(['task 1', 'task 1']);
  });

  it('that the operation never came to is not passed over', async () => {
    await expect(run(twoMachines(new Provider()), { crashAfterCall: 'make machines' })).rejects.toThrow(/nothing crashed/);
  });

  it('of steps side by side loses the answers of all of them', async () => {
    const provider = new Provider();
    const what = anOperation(async ({ step }) => {
      await Promise.all([step('make machine', provider.machine('one')), step('name machine', provider.machine('two'))]);
      return undefined;
    });
    const { undo } = await run(what, { crashAfterCall: 'make machine' });
    expect(provider.asked.filter((call) => call.startsWith('make'))).toEqual(['make one', 'make two']);
    await undo();
    expect(provider.machines).toEqual(new Set());
  });
});

describe('a journal', () => {
  it('given to the next run lets finished steps answer without a call', async () => {
    const provider = new Provider();
    const journal = new TestJournal();
    const first = await run(twoMachines(provider), { journal });
    const second = await run(twoMachines(provider), { journal });
    expect(second.output).toEqual(first.output);
    expect(provider.asked).toHaveLength(4);
    await second.undo();
    expect(provider.machines.size).toBe(0);
  });

  it('lets a step that failed be taken up again, and looked for first', async () => {
    const provider = new Provider();
    const journal = new TestJournal();
    const silent = { ...provider.machine('two'), run: (name: string) => provider.make(name).then(() => Promise.reject(unknown())) };
    const what = anOperation(async ({ step }) => {
      await step('make machine', provider.machine('one'));
      return step('name machine', silent);
    });
    await failureOf(run(what, { journal, attempts: 1 }));
    expect(journal.find('name machine')).toMatchObject({ state: 'failed', unknown: true });
    expect((await run(what, { journal })).output).toEqual({ name: 'two' });
    expect(provider.asked).toEqual(['find one', 'make one', 'find two', 'make two', 'find two']);
  });
});

describe('undoing', () => {
  it('goes back in reverse, and waits for what takes the provider its time', async () => {
    const provider = new Provider();
    const slow = {
      ...provider.machine('two'),
      undo: (_made: { name: string }, name: string, task?: Json): Promise<void | Pending<Json>> =>
        task === undefined ? Promise.resolve(pending<Json>('under way')) : provider.remove(name),
    };
    const what = anOperation(async ({ step }) => {
      await step('make machine', provider.machine('one'));
      return step('name machine', slow);
    });
    const { undo } = await run(what);
    await undo();
    expect(provider.asked.slice(-2)).toEqual(['remove two', 'remove one']);
    await undo();
  });

  it('after a failure takes away what a call in silence has left', async () => {
    const provider = new Provider();
    const silent = { ...provider.machine('two'), run: (name: string) => provider.make(name).then(() => Promise.reject(unknown())) };
    const what = anOperation(async ({ step }) => {
      await step('make machine', provider.machine('one'));
      return step('name machine', silent);
    });
    const failure = await failureOf(run(what, { attempts: 1 }));
    expect(failure.code).toBe('unknown_outcome');
    expect(provider.machines.size).toBe(2);
    await failure.undo();
    expect(provider.machines.size).toBe(0);
  });

  it('takes away what stood beside the step that failed, too', async () => {
    const provider = new Provider();
    const refused = { ...provider.machine('one'), run: () => Promise.reject(new PanelError('rejected', 'no')) };
    const slow = {
      ...provider.machine('two'),
      run: async (name: string) => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return provider.make(name);
      },
    };
    const what = anOperation(async ({ step }) => {
      await Promise.all([step('make machine', refused), step('name machine', slow)]);
      return undefined;
    });
    const failure = await failureOf(run(what));
    expect(failure.finished).toEqual(['name machine']);
    await failure.undo();
    expect(provider.machines.size).toBe(0);
  });

  it('does not pass over a step that leaves something and cannot be undone', async () => {
    const provider = new Provider();
    const what = anOperation(async ({ step }) => {
      await step('make machine', provider.machine('one'));
      return step('name machine', { ...provider.machine('two'), undo: undefined });
    });
    await expect((await run(what)).undo()).rejects.toThrow(/"name machine"/);
    expect(provider.machines).toEqual(new Set(['two']));
  });

  it('answers what stays although it is undone', async () => {
    const provider = new Provider();
    const remains = ({ name }: { name: string }) => (name === 'two' ? `5 EUR were charged for ${name}` : undefined);
    const what = anOperation(async ({ step }) => {
      await step('make machine', { ...provider.machine('one'), remains });
      return step('name machine', { ...provider.machine('two'), remains });
    });
    expect(await (await run(what)).undo()).toEqual(['5 EUR were charged for two']);
    expect(provider.machines.size).toBe(0);
  });

  it('sweeps with what was kept', async () => {
    const kept: unknown[] = [];
    const tagged = {
      strength: 'tagged',
      claim: 'mark',
      run: () => Promise.resolve('second'),
      undo: () => Promise.resolve(),
      sweep: (claim: string, keep: string | undefined) => Promise.resolve(void kept.push([claim, keep])),
    } as const;
    const { sweep } = await run(anOperation(({ step }) => step('make machine', tagged), ['make machine']));
    await sweep();
    expect(kept).toEqual([['mark', 'second']]);
  });
});

describe('an operation that breaks the rules', () => {
  const nothing = { run: () => Promise.resolve() };
  it.each<[string, (args: Arguments) => Promise<Json | undefined>, RegExp]>([
    ['by a step it did not declare', async ({ step }) => void (await step('other', nothing)) as undefined, /"other" is not declared/],
    [
      'by a step called twice',
      async ({ step }) => {
        await step('make machine', nothing);
        await step('make machine', nothing);
        return undefined;
      },
      /called twice/,
    ],
    [
      'by a step inside a step',
      async ({ step }) => {
        await step('make machine', { run: () => step('name machine', nothing) });
        return undefined;
      },
      /inside another step/,
    ],
    ['by a step it forgets', async ({ step }) => void (await step('make machine', nothing)) as undefined, /"name machine" neither ran nor/],
    ['by asking for the time between steps', ({ ctx }) => Promise.resolve(ctx.now()), /ctx\.now was used outside a step/],
    [
      'by looking a name up between steps',
      async ({ ctx }) => void (await ctx.resolve('example.net', 'A')) as never,
      /ctx\.resolve was used outside a step/,
    ],
    ['by a secret in a claim', ({ step }) => step('make machine', { claim: secret('s') as never, ...nothing }) as never, /holds a secret/],
  ])('%s is told so', async (_how, body, message) => {
    await expect(run(anOperation(body))).rejects.toThrow(message);
  });

  it('is not told so for a step that was skipped, or repeated by key', async () => {
    const what = anOperation(async ({ step, skip }) => {
      skip('make machine', 'not needed');
      for (const key of ['a', 'b']) await step(['name machine', key] satisfies StepName<string>, nothing);
      return undefined;
    });
    const { skipped, finished } = await run(what);
    expect([skipped, finished]).toEqual([['make machine'], ['name machine / a', 'name machine / b']]);
  });
});
