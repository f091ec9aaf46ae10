import { describe, expect, it } from '@jest/globals';
import { askedFields, valuesIn } from '../shell/schema-values.js';
import { areValuesFilled, filledValues, orderValuesIn, startOf, type FilledValues } from './order-values.js';

const fields = askedFields({
  required: ['email', 'publicIp', 'seats'],
  properties: {
    email: { type: 'string', title: 'E-mail' },
    publicIp: { type: 'string', title: 'Public address' },
    seats: { type: 'integer', title: 'Seats' },
    quick: { type: 'boolean', title: 'Quick' },
    note: { type: 'string', title: 'Note' },
  },
});
const values = (filled: FilledValues) => orderValuesIn(fields, filled, valuesIn);

describe('where the values of an order come from', () => {
  it('is what the provider always says, where a field is called so, and otherwise somebody fills it in', () => {
    expect(fields.map((field) => startOf(field).how)).toEqual(['from', 'value', 'value', 'left', 'left']);
    expect(values({})).toEqual({ email: { from: 'email' } });
    expect(areValuesFilled(fields, values({}))).toBe(false);
  });

  it('is sent as the product asks for it', () => {
    const filled: FilledValues = {
      publicIp: { how: 'value', value: ' 203.0.113.10 ', from: '' },
      seats: { how: 'value', value: '3', from: '' },
      quick: { how: 'value', value: false, from: '' },
      note: { how: 'from', value: 'left over', from: ' metadata.note ' },
    };
    expect(values(filled)).toEqual({
      email: { from: 'email' },
      publicIp: { value: '203.0.113.10' },
      seats: { value: 3 },
      quick: { value: false },
      note: { from: 'metadata.note' },
    });
    expect(areValuesFilled(fields, values(filled))).toBe(true);
  });

  it('is not sent when it is of another product, or empty', () => {
    expect(values({ shoe: { how: 'value', value: '1', from: '' }, email: { how: 'from', value: '', from: ' ' } })).toEqual({});
    expect(values({ email: { how: 'left', value: 'a@example.com', from: 'email' } })).toEqual({});
  });

  it('is the same after a mapping was opened and saved', () => {
    const kept = { email: { from: 'email' }, publicIp: { value: '203.0.113.10' }, seats: { value: 3 }, quick: { value: true } };
    expect(values(filledValues(kept))).toEqual(kept);
  });
});
