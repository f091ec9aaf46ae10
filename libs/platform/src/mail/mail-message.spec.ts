import { describe, expect, it } from '@jest/globals';
import { textIn } from './mail-message.js';

describe('a text of a payload', () => {
  it('is what stands there', () => {
    expect(textIn({ serviceId: '7' }, 'serviceId')).toBe('7');
  });

  it.each([{}, { serviceId: '' }, { serviceId: 7 }, { serviceId: null }])('is missed by name in %j', (payload) => {
    expect(() => textIn(payload, 'serviceId')).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'serviceId' }));
  });
});
