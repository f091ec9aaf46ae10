import { describe, expect, it } from '@jest/globals';
import { fields, type Fields } from '@hostwright/sdk';
import { orderFieldsOf } from './order-fields.js';

const component = (name: string, order: Fields, inputs: Record<string, { component: string; output: string }> = {}) => ({
  name,
  order,
  inputs,
});
const wire = { component: 'a', output: 'remoteId' };
const domain = { type: 'hostname', label: 'Domain' } as const;

describe('what is asked at checkout', () => {
  it('is asked once, and must be given when one component needs it', () => {
    const asked = orderFieldsOf([
      component('a', fields({ domain: { ...domain, optional: true } })),
      component('b', fields({ domain: { ...domain, label: 'Your domain' } })),
    ]);
    expect(asked).toEqual({ domain: { type: 'hostname', label: 'Your domain' } });
  });

  it.each([
    ['another type', { type: 'text', label: 'Domain' }],
    ['another pattern', { ...domain, pattern: '.*\\.example' }],
    ['another default', { ...domain, default: 'a.example' }],
  ] as const)('is refused where components mean %s by one name', (_, other) => {
    const both = [component('a', fields({ domain })), component('b', fields({ domain: other }))];
    expect(() => orderFieldsOf(both)).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'components.1.inputs.domain' }));
  });

  it('is not what is wired', () => {
    const both = [component('a', fields({ domain })), component('b', fields({ domain: { type: 'text', label: 'D' } }), { domain: wire })];
    expect(orderFieldsOf(both)).toEqual({ domain });
  });

  it('is never a secret', () => {
    const token = fields({ token: { type: 'secret', label: 'Token' } });
    expect(() => orderFieldsOf([component('a', token)])).toThrow(expect.objectContaining({ code: 'invalid_input' }));
    expect(orderFieldsOf([component('b', token, { token: wire })])).toEqual({});
    expect(orderFieldsOf([component('a', fields({ token: { type: 'secret', label: 'Token', optional: true } }))])).toEqual({});
  });
});
