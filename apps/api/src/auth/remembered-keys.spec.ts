import { describe, expect, it } from '@jest/globals';
import type { ApiKeys, Clock, KeyCaller } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { RememberedKeys } from './remembered-keys.js';

const caller: KeyCaller = { kind: 'key', keyId: '1', scopes: ['metrics:read'] };
const refused = new PanelError('unauthenticated', 'the API key is not valid');
const away = new Error('connect ECONNREFUSED');

/** `answer`: what the database says of any key. */
function aPanel() {
  const panel = { answer: caller as KeyCaller | Error, at: 0, keys: undefined as unknown as RememberedKeys };
  const check = (): Promise<KeyCaller> => (panel.answer instanceof Error ? Promise.reject(panel.answer) : Promise.resolve(panel.answer));
  panel.keys = new RememberedKeys({ check } as unknown as ApiKeys, { now: () => new Date(panel.at) } as Clock);
  return panel;
}

describe('a key while the database is away', () => {
  it('is good when it was at its last check, for an hour', async () => {
    const panel = aPanel();
    await panel.keys.check('one');
    panel.answer = away;
    expect(await panel.keys.check('one')).toBe(caller);
    panel.at = 3_599_999;
    expect(await panel.keys.check('one')).toBe(caller);
    panel.at = 3_600_000;
    await expect(panel.keys.check('one')).rejects.toBe(away);
  });

  it('is not good when nobody knows it', async () => {
    const panel = aPanel();
    await panel.keys.check('one');
    panel.answer = away;
    await expect(panel.keys.check('another')).rejects.toBe(away);
  });

  it('is not good any more once it was refused', async () => {
    const panel = aPanel();
    await panel.keys.check('one');
    panel.answer = refused;
    await expect(panel.keys.check('one')).rejects.toBe(refused);
    panel.answer = away;
    await expect(panel.keys.check('one')).rejects.toBe(away);
  });
});
