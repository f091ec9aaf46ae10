/** @jest-environment @happy-dom/jest-environment */
import { describe, expect, it } from '@jest/globals';
import { askedFields, filledWith, valuesIn } from '../shell/index.js';
import { changedSettings, settingFields } from './setting-values.js';

const schema = {
  required: ['host', 'token'],
  properties: {
    host: { title: 'Host', type: 'string', 'x-field-type': 'text' },
    port: { title: 'Port', type: 'integer', default: 2087, 'x-field-type': 'integer' },
    token: { title: 'Token', type: 'string', format: 'secret-line', 'x-field-type': 'secret' },
    key: { title: 'Key', type: 'string', format: 'secret-lines', 'x-field-type': 'secret' },
    locks: { title: 'Locks', type: 'boolean', default: false, 'x-field-type': 'boolean' },
    chain: { title: 'Chain', type: 'string', 'x-field-type': 'multiline' },
  },
};
const settings = { host: 'a.example', port: 2087, token: { set: true }, key: { set: false }, chain: 'PEM\n' };
const fields = settingFields(askedFields(schema), settings);
const filled = filledWith(fields, settings);
const changed = (change: object) => changedSettings(fields, settings, valuesIn(fields, { ...filled, ...change }));

describe('the form of a server’s settings', () => {
  it('holds what is set, and of secrets nothing', () => {
    expect(filled).toEqual({ host: 'a.example', port: '2087', token: '', key: '', locks: false, chain: 'PEM\n' });
    expect(JSON.stringify([fields, filled])).not.toContain('"set"');
  });

  it('needs no secret again that is set, and one that is not set where it is demanded', () => {
    const token = (of: Record<string, unknown>) => settingFields(askedFields(schema), of).find(({ name }) => name === 'token');
    expect(token(settings)).toMatchObject({ required: false, help: expect.stringContaining('Leave it empty') });
    expect(token({ token: { set: false } })).toMatchObject({ required: true });
  });

  it('sends nothing that nobody changed, secrets that were typed as they are, and null for what was emptied', () => {
    expect(changed({})).toEqual({});
    expect(changed({ token: ' new ', port: '443' })).toEqual({ token: ' new ', port: 443 });
    expect(changed({ key: 'A\nB\n', locks: true, chain: '' })).toEqual({ key: 'A\nB\n', locks: true, chain: null });
  });
});
