/** A field that a form asks for, as the JSON Schema of an action describes it. */
export interface AskedField {
  readonly name: string;
  readonly label: string;
  readonly help?: string;
  readonly kind: 'text' | 'lines' | 'secret' | 'secret-lines' | 'integer' | 'flag' | 'choice';
  readonly required: boolean;
  readonly choices: readonly (string | Choice)[];
  /** The list of a server that its choices are loaded from; any other value is taken too. */
  readonly choicesFrom?: string;
  /** What it must be, in words, such as `letters and digits`. */
  readonly rule?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** What it holds to begin with. */
  readonly initial: string | boolean;
}

/** One thing that can be chosen. */
export interface Choice {
  /** As the field holds it. */
  readonly value: string;
  readonly label: string;
}

/** What is filled in, by field: a text as it was typed, or whether a box is ticked. */
export type Filled = Readonly<Record<string, string | boolean>>;

type Schema = Readonly<Record<string, unknown>>;
const partOf = (value: unknown): Schema => (typeof value === 'object' && value !== null ? (value as Schema) : {});
const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);

/** The fields that a schema of the panel asks for, in its order. */
export function askedFields(schema: object): AskedField[] {
  const { properties, required } = schema as Schema;
  const demanded = Array.isArray(required) ? (required as unknown[]) : [];
  return Object.entries(partOf(properties)).map(([name, property]) => {
    const declared = partOf(property);
    const kind = kindOf(declared);
    const help = textIn(declared['description']);
    const choicesFrom = textIn(declared['x-choices-from']);
    const rule = textIn(declared['x-pattern-text']);
    const maxLength = numberIn(declared['maxLength']);
    const bounds = kind === 'integer' ? { minimum: numberIn(declared['minimum']), maximum: numberIn(declared['maximum']) } : {};
    return {
      name,
      label: textIn(declared['title']) ?? name,
      kind,
      required: demanded.includes(name),
      choices: Array.isArray(declared['enum']) ? declared['enum'].map(String) : [],
      initial: initialOf(kind, declared['default']),
      ...(help !== undefined && { help }),
      ...(choicesFrom !== undefined && { choicesFrom }),
      ...(rule !== undefined && { rule }),
      ...(maxLength !== undefined && { maxLength }),
      ...(isBound(bounds.minimum) && { minimum: bounds.minimum }),
      ...(isBound(bounds.maximum) && { maximum: bounds.maximum }),
    };
  });
}

/** A field without bounds of its own is bound by what a number can hold, which is nothing to tell anybody. */
function isBound(bound: number | undefined): bound is number {
  return bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
}

function kindOf(declared: Schema): AskedField['kind'] {
  if (declared['type'] === 'boolean') return 'flag';
  if (declared['type'] === 'integer') return 'integer';
  if (Array.isArray(declared['enum'])) return 'choice';
  if (declared['x-field-type'] === 'secret') return declared['format'] === 'secret-lines' ? 'secret-lines' : 'secret';
  return ['multiline', 'tls-authority'].includes(String(declared['x-field-type'])) ? 'lines' : 'text';
}

function initialOf(kind: AskedField['kind'], declared: unknown): string | boolean {
  if (kind === 'flag') return declared === true;
  return typeof declared === 'string' || typeof declared === 'number' ? String(declared) : '';
}

/** What the fields hold to begin with. */
export function initialValues(fields: readonly AskedField[]): Filled {
  return Object.fromEntries(fields.map(({ name, initial }) => [name, initial]));
}

/** What the fields hold to begin with where there are values already. Nobody is shown a secret, so of one they hold nothing. */
export function filledWith(fields: readonly AskedField[], values: Readonly<Record<string, unknown>>): Filled {
  return Object.fromEntries(
    fields.map((field) => {
      const value = values[field.name];
      if (field.kind === 'flag') return [field.name, typeof value === 'boolean' ? value : field.initial];
      return [field.name, typeof value === 'string' || typeof value === 'number' ? String(value) : ''];
    }),
  );
}

/** Whether nobody is shown what it holds. */
export function isSecret({ kind }: Pick<AskedField, 'kind'>): boolean {
  return kind === 'secret' || kind === 'secret-lines';
}

/** What was filled in, as the panel takes it. What was left empty is left out: the panel says when it must be given. */
export function valuesIn(fields: readonly AskedField[], filled: Filled): Record<string, unknown> {
  const given = fields.flatMap(({ name, kind }): [string, unknown][] => {
    const value = filled[name];
    if (typeof value === 'boolean') return [[name, value]];
    // These are kept as they are: a blank at their end may matter.
    const text = ['lines', 'secret', 'secret-lines'].includes(kind) ? (value ?? '') : (value ?? '').trim();
    if (text === '') return [];
    return [[name, kind === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text]];
  });
  return Object.fromEntries(given);
}

/** Whether every field that must be filled in is. */
export function isFilledIn(fields: readonly AskedField[], filled: Filled): boolean {
  const given = valuesIn(fields, filled);
  return fields.every(({ name, required }) => !required || Object.hasOwn(given, name));
}
