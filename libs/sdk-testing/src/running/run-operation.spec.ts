import { describe, expect, it } from '@jest/globals';
import { done, failed, pending, secret, type Json, type StepName } from '@hostwright/sdk';
import { TestJournal } from './journal.js';
import { failureOf, type RunOptions } from './run-operation.js';
import { anOperation, Provider, run, twoMachines, unknown, type Arguments } from './testing/index.js';

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

  it('comes after a call without an answer, too', async () => {
    const provider = new Provider();
    const silent = { ...provider.machine('one'), run: (name: string) => provider.make(name).then(() => Promise.reject(unknown())) };
    const what = anOperation(({ step }) => step('make machine', silent), ['make machine']);
    await run(what, { crashAfterCall: 'make machine', attempts: 1 });
    expect(provider.asked).toEqual(['find one', 'make one', 'find one']);
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
