import { describe, expect, it } from '@jest/globals';
import { secret } from '@hostwright/sdk';
import { hideSecrets } from './hide-secrets.js';

describe('hideSecrets', () => {
  it('shows that a secret is there and nothing of it, however deep it lies', () => {
    const shown = hideSecrets({
      host: 'a',
      list: [{ token: { $secret: 'hunter2' } }],
      sealed: { $sealed: 'abc' },
      gone: { $wiped: true },
      plain: secret('x').$secret,
    });
    expect(shown).toEqual({ host: 'a', list: [{ token: { set: true } }], sealed: { set: true }, gone: { set: false }, plain: 'x' });
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  it('leaves what is no secret as it is', () => {
    expect(hideSecrets(null)).toBeNull();
    expect(hideSecrets([1, 'a', false, null])).toEqual([1, 'a', false, null]);
  });
});
