import { describe, expect, it } from '@jest/globals';
import { PanelError } from '@hostwright/sdk';
import type { ExtensionModules } from './extension-modules.js';
import { ModuleChoices } from './module-choices.js';

/** The lists of a server whose module answers as given. */
function choicesOf(answer: () => unknown) {
  let now = 0;
  let asked = 0;
  const module = {
    product: { plan: { type: 'text', label: 'Plan', choicesFrom: 'plans' } },
    choices: ({ list }: { list: string }) => {
      asked += 1;
      return Promise.resolve().then(() => (list === 'plans' ? answer() : undefined));
    },
  };
  const modules = {
    find: () => Promise.resolve({ module, record: { extension: 'fake' } }),
    open: () => Promise.resolve({ ctx: {}, server: {} }),
  } as unknown as ExtensionModules;
  const choices = new ModuleChoices({ modules, installationId: 'test' }, () => now);
  return { choices, pass: (ms: number) => void (now += ms), asked: () => asked };
}
const small = { value: 'small', label: 'Small' };

describe('a list that a form loads', () => {
  it('is asked for once for everybody who looks at about the same time', async () => {
    const { choices, pass, asked } = choicesOf(() => [small]);
    expect(await Promise.all([choices.load('1', 'plans'), choices.load('1', 'plans')])).toEqual([[small], [small]]);
    pass(29_000);
    await choices.load('1', 'plans');
    expect(asked()).toBe(1);
    pass(2_000);
    await choices.load('1', 'plans');
    await choices.load('2', 'plans');
    expect(asked()).toBe(3);
  });

  it('is asked for anew after it failed', async () => {
    let fails = true;
    const { choices } = choicesOf(() => {
      if (fails) throw new PanelError('unavailable', 'nobody listens');
      return [small];
    });
    await expect(choices.load('1', 'plans')).rejects.toMatchObject({ code: 'unavailable' });
    fails = false;
    expect(await choices.load('1', 'plans')).toEqual([small]);
  });

  it('is none that no field loads', async () => {
    const { choices, asked } = choicesOf(() => [small]);
    await expect(choices.load('1', 'secrets')).rejects.toMatchObject({ code: 'not_found' });
    expect(asked()).toBe(0);
  });

  it.each([[undefined], [{}], [[{ value: 'a' }]], [[{ value: '', label: 'a' }]], [[{ value: 1, label: 'a' }]]])(
    'is not believed when it is %j',
    async (answer) => {
      await expect(choicesOf(() => answer).choices.load('1', 'plans')).rejects.toMatchObject({ code: 'unknown_outcome' });
    },
  );

  it('holds each value once', async () => {
    const { choices } = choicesOf(() => [small, { value: 'small', label: 'Small again' }]);
    expect(await choices.load('1', 'plans')).toHaveLength(1);
  });
});
