import { Ajv2020, type ErrorObject, type KeywordDefinition } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { formatCheck, type NamedFormat } from './named-format.js';
import type { JsonSchema } from './operation.js';

/** One thing that is wrong with a request. */
export interface Problem {
  /** The field at fault, parts apart by dots; empty when it is the request itself. */
  readonly field: string;
  readonly what: string;
}

/** What a recording holds instead of a secret. */
const isHidden = (value: unknown): boolean => typeof value === 'string' && /^\*{3,}$/.test(value);

interface Complaining {
  (value: unknown): boolean;
  errors?: Partial<ErrorObject>[];
}

const holds: KeywordDefinition = {
  keyword: 'holds',
  type: 'string',
  errors: true,
  compile: (check: (value: string) => string | undefined) => {
    const validate: Complaining = (value) => {
      const complaint = check(value as string);
      validate.errors = complaint === undefined ? [] : [{ keyword: 'holds', message: complaint, params: {} }];
      return complaint === undefined;
    };
    return validate;
  },
};

/** Says what is wrong with values, by schemas of one contract. */
export class SchemaJudge {
  /** Formats that were met and that nobody here knows how to check. */
  readonly uncheckedFormats = new Set<string>();
  readonly #ajv: Ajv2020;

  /** `formats`: more than those that everybody knows. */
  constructor(formats: Readonly<Record<string, NamedFormat>> = {}) {
    const note = (message: unknown) => {
      const format = /unknown format "([^"]+)"/.exec(String(message))?.[1];
      if (format !== undefined) this.uncheckedFormats.add(format);
    };
    this.#ajv = new Ajv2020({
      allErrors: true,
      strict: false,
      verbose: true,
      logger: { log: note, warn: note, error: note },
      keywords: [holds, 'propertyString'],
    });
    addFormats.default(this.#ajv);
    for (const [name, format] of Object.entries(formats)) this.#ajv.addFormat(name, formatCheck(format));
  }

  /** Of a hidden value only that it is there is known, so nothing is said of it. */
  problems(schema: JsonSchema, value: unknown): readonly Problem[] {
    const validate = this.#ajv.compile(schema);
    if (validate(value)) return [];
    const errors = validate.errors ?? [];
    const visible = errors.filter((error) => !isHidden(error.data));
    const choices = visible.filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf');
    // A choice that was lost because of a hidden value was not lost.
    if (visible.length < errors.length && choices.length === visible.length) return [];
    return unique(visible.filter((error) => !choices.some((choice) => isWithin(error, choice))).map(problemOf));
  }
}

/** What each branch of a choice had against a value says less than that none fits. */
function isWithin(error: ErrorObject, choice: ErrorObject): boolean {
  return error !== choice && error.schemaPath.startsWith(`${choice.schemaPath}/`);
}

function unique(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.field} ${problem.what}`, problem])).values()];
}

function problemOf({ keyword, instancePath, params, message, data, parentSchema }: ErrorObject): Problem {
  const field = instancePath.slice(1).split('/').map(plain).join('.');
  const inner = (name: unknown) => (field === '' ? String(name) : `${field}.${String(name)}`);
  const shown = JSON.stringify(data)?.slice(0, 80);
  switch (keyword) {
    case 'additionalProperties':
      return { field: inner(params['additionalProperty']), what: 'is not in the contract' };
    case 'unevaluatedProperties':
      return { field: inner(params['unevaluatedProperty']), what: 'is not in the contract' };
    case 'required':
      return { field: inner(params['missingProperty']), what: 'is missing' };
    case 'dependentRequired':
      return { field: inner(params['property']), what: `must not come without ${params['missingProperty']}` };
    case 'enum':
      return { field, what: `must be one of ${((parentSchema?.['enum'] as unknown[]) ?? []).join(', ')}, not ${shown}` };
    case 'const':
      return { field, what: `must be ${JSON.stringify(parentSchema?.['const'])}, not ${shown}` };
    case 'anyOf':
    case 'oneOf':
      return { field, what: `fits none of the forms it may have: ${shown}` };
    default:
      return { field, what: `${message ?? keyword}, not ${shown}` };
  }
}

function plain(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
