import { describe, expect, it } from '@jest/globals';
import { createSupportIn } from './support-input.js';

const good = { service_id: '12345', email: 'customer@example.com', firstname: 'Ada', lastname: 'Lovelace' };

describe('support/create, as another panel sends it', () => {
  it.each([
    ['service_id', undefined],
    ['service_id', ''],
    ['service_id', 12345],
    ['service_id', 'x'.repeat(256)],
    ['email', undefined],
    ['email', 'customer'],
    ['firstname', undefined],
    ['firstname', ''],
    ['firstname', '  \t '],
    ['firstname', ['Ada']],
    ['firstname', 'x'.repeat(101)],
    ['lastname', null],
    ['lastname', 'a\0b'],
    ['lastname', '\ud800'],
  ])('refuses a bad %s and names it (%p)', (field, value) => {
    expect(() => createSupportIn({ ...good, [field]: value })).toThrow(expect.objectContaining({ code: 'invalid_input', field }));
  });

  it.each([null, 'text', [], 7])('refuses a body that is no object (%p)', (body) => {
    expect(() => createSupportIn(body)).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  });

  it('keeps names as people write them, and takes nothing along that was not asked for', () => {
    expect(createSupportIn({ ...good, firstname: ' Zoë ', lastname: "O'Brien 愛", coupon: 'x' })).toEqual({
      ...good,
      firstname: 'Zoë',
      lastname: "O'Brien 愛",
    });
  });
});
