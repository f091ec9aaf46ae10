import type { Field, Fields } from '@hostwright/sdk';
import { textFormats } from './formats.js';
import { schemaOf, validateFields } from './validate.js';

const fieldName = /^[a-z][A-Za-z0-9]{0,63}$/;
const otherTypes = ['secret', 'integer', 'boolean', 'choice'];

const allowedKeys: Readonly<Record<string, readonly string[]>> = {
  secret: ['multiline'],
  integer: ['default', 'min', 'max'],
  boolean: ['default'],
  choice: ['choices', 'default'],
};
const textKeys = ['default', 'minLength', 'maxLength', 'pattern', 'patternText', 'choicesFrom'];
const commonKeys = ['type', 'label', 'help', 'optional', 'shownTo'];

/**
 * What is wrong with a set of fields an extension declares: the first fault found, beginning with `path`; undefined when nothing is.
 * Expects plain data.
 */
export function problemOfFields(fields: unknown, path: string): string | undefined {
  if (!isObject(fields)) return `${path} must be an object`;
  for (const [name, field] of Object.entries(fields)) {
    if (!fieldName.test(name)) return `${path}.${name}: a field's name must be camelCase, at most 64 letters and digits`;
    const problem = isObject(field) ? problemOfField(field) : 'must be an object';
    if (problem !== undefined) return `${path}.${name}: ${problem}`;
  }
  return problemOfSchema(fields as Fields, path);
}

function problemOfField(field: Readonly<Record<string, unknown>>): string | undefined {
  const { type, label, help, optional, shownTo } = field;
  if (typeof type !== 'string' || !(Object.hasOwn(textFormats, type) || otherTypes.includes(type))) return 'its type is unknown';
  const unknown = Object.keys(field).find((key) => ![...commonKeys, ...(allowedKeys[type] ?? textKeys)].includes(key));
  if (unknown !== undefined) return `a ${type} field has no "${unknown}"`;
  if (typeof label !== 'string' || label === '') return 'label must be text';
  if (help !== undefined && typeof help !== 'string') return 'help must be text';
  if (optional !== undefined && optional !== true) return 'optional must be true or absent';
  if (shownTo !== undefined && shownTo !== 'customer' && shownTo !== 'staff') return 'shownTo must be customer or staff';
  switch (type) {
    case 'secret':
      return field['multiline'] === undefined || field['multiline'] === true ? undefined : 'multiline must be true or absent';
    case 'integer':
      return problemOfBounds(field, 'min', 'max', Number.MIN_SAFE_INTEGER);
    case 'boolean':
      return undefined;
    case 'choice': {
      const { choices } = field;
      if (!Array.isArray(choices) || choices.length === 0) return 'choices must not be empty';
      if (choices.some((choice) => typeof choice !== 'string' || choice === '')) return 'choices must be texts';
      return new Set(choices).size === choices.length ? undefined : 'choices must be unique';
    }
    default:
      if (field['choicesFrom'] !== undefined && !(typeof field['choicesFrom'] === 'string' && fieldName.test(field['choicesFrom'])))
        return 'choicesFrom must be a camelCase name';
      if (field['pattern'] !== undefined && !isPattern(field['pattern'])) return 'pattern must be a regular expression';
      if (
        field['patternText'] !== undefined &&
        !(typeof field['patternText'] === 'string' && field['patternText'] !== '' && 'pattern' in field)
      )
        return 'patternText must be the pattern in words';
      return problemOfBounds(field, 'minLength', 'maxLength', 0);
  }
}

function problemOfBounds(field: Readonly<Record<string, unknown>>, low: string, high: string, least: number): string | undefined {
  for (const name of [low, high]) {
    const bound = field[name];
    if (bound !== undefined && !(Number.isSafeInteger(bound) && (bound as number) >= least))
      return `${name} must be a whole number${least === 0 ? ', not negative' : ''}`;
  }
  const [from, to] = [field[low] ?? least, field[high] ?? Number.MAX_SAFE_INTEGER] as [number, number];
  return from <= to ? undefined : `${low} must not be above ${high}`;
}

function isPattern(pattern: unknown): boolean {
  if (typeof pattern !== 'string') return false;
  try {
    new RegExp(`^(?:${pattern})$`, 'u');
    return true;
  } catch {
    return false;
  }
}

/** That it can be compiled, and that its defaults keep its own rules. */
function problemOfSchema(fields: Fields, path: string): string | undefined {
  try {
    schemaOf(fields);
    for (const [name, field] of Object.entries(fields)) {
      if ('default' in field && field.default !== undefined)
        validateFields<Fields>({ [name]: field as Field }, { [name]: field.default }, { path });
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : `${path} is not valid`;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
