import { describe, expect, it } from '@jest/globals';
import { PanelError, pending, type Json, type Pending } from '@hostwright/sdk';
import { failureOf } from './run-operation.js';
import { anOperation, Provider, run, unknown } from './testing/index.js';

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
