import { describe, expect, it } from '@jest/globals';
import { askedFields, initialValues, isFilledIn, valuesIn } from './schema-values.js';

const schema = {
  type: 'object',
  required: ['backup', 'size'],
  properties: {
    backup: { title: 'Backup', description: 'Example: BAK-1', type: 'string', maxLength: 40, 'x-field-type': 'text' },
    size: { title: 'Size', type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER, 'x-field-type': 'integer' },
    plan: { title: 'Plan', type: 'string', enum: ['small', 'large'], default: 'small', 'x-field-type': 'choice' },
    note: { title: 'Note', type: 'string', 'x-field-type': 'multiline' },
    quick: { title: 'Quick', type: 'boolean', default: true, 'x-field-type': 'boolean' },
  },
};
const fields = askedFields(schema);

describe('the form of an action', () => {
  it('asks for what the panel describes, with its defaults', () => {
    expect(fields.map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['backup', 'text', true],
      ['size', 'integer', true],
      ['plan', 'choice', false],
      ['note', 'lines', false],
      ['quick', 'flag', false],
    ]);
    expect(initialValues(fields)).toEqual({ backup: '', size: '', plan: 'small', note: '', quick: true });
    expect(fields[0]).toMatchObject({ label: 'Backup', help: 'Example: BAK-1', maxLength: 40 });
    // What only says how large a number can be tells nobody anything.
    expect(fields[1]).not.toHaveProperty('maximum');
  });

  it('sends numbers as numbers, leaves out what is empty, and lets the panel refuse what is wrong', () => {
    const empty = initialValues(fields);
    expect(valuesIn(fields, { ...empty, backup: ' BAK-1 ', size: '12', note: ' kept ' })).toEqual({
      backup: 'BAK-1',
      size: 12,
      plan: 'small',
      note: ' kept ',
      quick: true,
    });
    expect(valuesIn(fields, { ...empty, size: '1e3' })).toMatchObject({ size: '1e3' });
  });

  it('is sent once everything that must be given is', () => {
    const empty = initialValues(fields);
    expect(isFilledIn(fields, empty)).toBe(false);
    expect(isFilledIn(fields, { ...empty, backup: '  ', size: '1' })).toBe(false);
    expect(isFilledIn(fields, { ...empty, backup: 'BAK-1', size: '1' })).toBe(true);
  });

  it.each([[{}], [{ properties: null }], [{ properties: { odd: null }, required: 'odd' }]])('comes of any object: %j', (odd) => {
    expect(isFilledIn(askedFields(odd), {})).toBe(true);
  });
});
