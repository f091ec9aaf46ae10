import pve8 from '../data/pve-8.json' with { type: 'json' };
import pve9 from '../data/pve-9.json' with { type: 'json' };
import { formatComplaint } from './formats.js';
import { badParameters } from './refusal.js';

export interface ParameterSchema {
  readonly type?: string;
  readonly optional?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  /** A name, or the parts of a property string such as `name=eth0,bridge=vmbr0`. */
  readonly format?: string | Readonly<Record<string, ParameterSchema>>;
  /** In a property string: may stand without its name. */
  readonly default_key?: number;
  readonly requires?: string;
}

/** `["perm", "/vms/{vmid}", ["VM.Audit"], "any", 1]`, or `["and" | "or", check, …]`; null where the handler itself decides. */
export type PermissionCheck = readonly unknown[] | null;

export interface MethodSchema {
  readonly permission: PermissionCheck;
  readonly parameters: Readonly<Record<string, ParameterSchema>>;
}

interface ApiSchema {
  readonly paths: Readonly<Record<string, Readonly<Record<string, MethodSchema>>>>;
}

/** The published API schema of that release, trimmed to what the sandbox serves. Its source stands in the data files. */
const schemas = { 8: pve8 as unknown as ApiSchema, 9: pve9 as unknown as ApiSchema };

export type Major = keyof typeof schemas;

export function methodSchema(major: Major, method: string, path: string): MethodSchema | undefined {
  return schemas[major].paths[path]?.[method];
}

/**
 * Checks every parameter against the schema, unknown and missing ones included, and answers them as texts.
 * Throws the 400 of the original, with a complaint per parameter.
 */
export function checkParameters(schema: MethodSchema, given: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const errors: Record<string, string> = {};
  const values: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const parameter = parameterOf(schema, name);
    if (!parameter) {
      errors[name] = 'property is not defined in schema and the schema does not allow additional properties';
      continue;
    }
    const text = asText(value);
    const complaint = text === undefined ? `type check ('${parameter.type ?? 'string'}') failed` : complaintAbout(parameter, text, name);
    if (text === undefined || complaint !== undefined) errors[name] = complaint ?? 'invalid value';
    else values[name] = parameter.type === 'boolean' ? (isTrue(text) ? '1' : '0') : text;
    if (parameter.requires !== undefined && given[parameter.requires] === undefined)
      errors[name] = `missing property - '${name}' requires this property`;
  }
  for (const [name, parameter] of Object.entries(schema.parameters)) {
    if (!parameter.optional && given[name] === undefined && !name.endsWith('[n]'))
      errors[name] = 'property is missing and it is not optional';
  }
  if (Object.keys(errors).length > 0) throw badParameters(errors);
  return values;
}

function parameterOf(schema: MethodSchema, name: string): ParameterSchema | undefined {
  if (Object.hasOwn(schema.parameters, name) && !name.endsWith('[n]')) return schema.parameters[name];
  const numbered = /^([a-z]+)(0|[1-9]\d{0,2})$/.exec(name);
  return numbered ? schema.parameters[`${numbered[1]}[n]`] : undefined;
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return undefined;
}

function isTrue(text: string): boolean {
  return /^(1|on|yes|true)$/i.test(text);
}

function complaintAbout(parameter: ParameterSchema, text: string, name: string): string | undefined {
  const { type, format } = parameter;
  if (type === 'boolean')
    return /^(0|1|on|off|yes|no|true|false)$/i.test(text) ? undefined : `type check ('boolean') failed - got '${text}'`;
  if (type === 'integer' || type === 'number') {
    const fits = type === 'integer' ? /^[+-]?\d+$/ : /^[+-]?\d+(\.\d+)?$/;
    if (!fits.test(text)) return `type check ('${type}') failed - got '${text}'`;
    if (parameter.minimum !== undefined && Number(text) < parameter.minimum) {
      return name === 'vmid'
        ? 'invalid format - value does not look like a valid VM ID'
        : `value must have a minimum value of ${parameter.minimum}`;
    }
    if (parameter.maximum !== undefined && Number(text) > parameter.maximum)
      return `value must have a maximum value of ${parameter.maximum}`;
    return undefined;
  }
  if (parameter.maxLength !== undefined && text.length > parameter.maxLength)
    return `value may only be ${parameter.maxLength} characters long`;
  if (parameter.minLength !== undefined && text.length < parameter.minLength)
    return `value must be at least ${parameter.minLength} characters long`;
  if (parameter.enum && !parameter.enum.includes(text))
    return `value '${text}' does not have a value in the enumeration '${parameter.enum.join(', ')}'`;
  if (parameter.pattern !== undefined && !new RegExp(`^(?:${parameter.pattern})$`, 'i').test(text))
    return 'value does not match the regex pattern';
  if (typeof format === 'object') return propertyStringComplaint(format, text, name);
  const complaint = format === undefined ? undefined : formatComplaint(format, text);
  return complaint === undefined ? undefined : `invalid format - ${complaint}`;
}

/** The parts of `name=eth0,bridge=vmbr0`; the one that stands without a name goes under `defaultKey`. Undefined: a part comes twice or makes no sense. */
export function propertyString(text: string, defaultKey?: string): Readonly<Record<string, string>> | undefined {
  const parts: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(part) ?? [];
    const key = name ?? defaultKey;
    if (key === undefined || Object.hasOwn(parts, key) || (name === undefined && part === '')) return undefined;
    parts[key] = name === undefined ? part : (value ?? '');
  }
  return parts;
}

function propertyStringComplaint(format: Readonly<Record<string, ParameterSchema>>, text: string, name: string): string | undefined {
  const defaultKey = Object.keys(format).find((key) => format[key]?.default_key);
  const parts = propertyString(text, defaultKey);
  if (!parts) return `invalid format - format error\n${name}: invalid format - value without key, or the key twice\n`;
  const complaints: string[] = [];
  for (const [key, value] of Object.entries(parts)) {
    const part = Object.hasOwn(format, key) ? format[key] : undefined;
    const complaint = part
      ? complaintAbout(part, value, key)
      : 'property is not defined in schema and the schema does not allow additional properties';
    if (complaint !== undefined) complaints.push(`${name}.${key}: ${complaint}\n`);
  }
  for (const [key, part] of Object.entries(format)) {
    if (!part.optional && parts[key] === undefined) complaints.push(`${name}.${key}: property is missing and it is not optional\n`);
  }
  return complaints.length > 0 ? `invalid format - format error\n${complaints.join('')}` : undefined;
}
