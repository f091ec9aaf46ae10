import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { PanelError } from '@hostwright/sdk';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsEmail,
  IsIn,
  IsInt,
  IsObject,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';

/** May the field be left out, and may it be null? Default: neither. */
interface Presence {
  readonly optional?: true;
  /** Null takes the value away. */
  readonly nullable?: true;
  readonly description?: string;
  readonly example?: unknown;
}

function field(
  { optional, nullable, description, example }: Presence,
  schema: ApiPropertyOptions,
  ...rules: PropertyDecorator[]
): PropertyDecorator {
  const shown = {
    ...schema,
    required: !optional,
    ...(nullable && { nullable }),
    ...(description && { description }),
    ...(example !== undefined && { example }),
  };
  const checked = ValidateIf((_, value) => !((optional && value === undefined) || (nullable && value === null)));
  return applyDecorators(ApiProperty(shown as ApiPropertyOptions), checked, ...rules);
}

const clean = /^[^\p{Cc}]*$/u;
const message = (text: string) => ({ message: `$property ${text}` });

/** One line of text. */
export const TextInput = (options: Presence & { readonly min?: number; readonly max: number }): PropertyDecorator =>
  field(
    options,
    { type: String, minLength: options.min ?? 1, maxLength: options.max },
    Matches(clean, message('must hold no control characters')),
    MaxLength(options.max),
    MinLength(options.min ?? 1),
    IsString(),
  );

/** Several lines of text. */
export const LongTextInput = (options: Presence & { readonly min?: number; readonly max: number }): PropertyDecorator =>
  field(
    options,
    { type: String, minLength: options.min ?? 1, maxLength: options.max },
    MaxLength(options.max),
    MinLength(options.min ?? 1),
    IsString(),
  );

/** A short name that programs use, such as `business-site`. */
export const CodeInput = (options: Presence = {}): PropertyDecorator =>
  field(
    options,
    { type: String, pattern: '^[a-z0-9][a-z0-9_-]{0,62}$' },
    Matches(/^[a-z0-9][a-z0-9_-]{0,62}$/, message('must be 1–63 lower-case letters, digits, - or _')),
    IsString(),
  );

export const EmailInput = (options: Presence = {}): PropertyDecorator =>
  field(options, { type: String, format: 'email', maxLength: 254 }, MaxLength(254), IsEmail({}, message('must be an e-mail address')));

const idPattern = /^[1-9]\d{0,17}$/;

/** The panel's id of something: digits, as a string. */
export const IdInput = (options: Presence = {}): PropertyDecorator =>
  field(
    options,
    { type: String, pattern: idPattern.source },
    Matches(idPattern, message('must be an id: digits, as a string')),
    IsString(),
  );

export function isId(text: string): boolean {
  return idPattern.test(text);
}

export const WholeNumberInput = (options: Presence & { readonly min: number; readonly max: number }): PropertyDecorator =>
  field(options, { type: 'integer', minimum: options.min, maximum: options.max }, Max(options.max), Min(options.min), IsInt());

/** As `WholeNumberInput`, from the query, where everything is text. */
export const WholeNumberQuery = (options: Presence & { readonly min: number; readonly max: number }): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value)),
    WholeNumberInput(options),
  );

export const ChoiceInput = (choices: readonly string[], options: Presence = {}): PropertyDecorator =>
  field(options, { type: String, enum: [...choices] }, IsIn([...choices], message(`must be one of ${choices.join(', ')}`)));

export const ChoicesInput = (choices: readonly string[], options: Presence = {}): PropertyDecorator =>
  field(
    options,
    { type: String, isArray: true, enum: [...choices] },
    ArrayUnique(),
    ArrayMaxSize(choices.length),
    IsIn([...choices], { each: true, ...message(`may hold ${choices.join(', ')}`) }),
    IsArray(),
  );

/** Lines of text. */
export const TextsInput = (options: Presence & { readonly max: number; readonly maxLength: number }): PropertyDecorator =>
  field(
    options,
    { type: String, isArray: true, maxItems: options.max },
    Matches(clean, { each: true, ...message('must hold texts without control characters') }),
    MaxLength(options.maxLength, { each: true }),
    IsString({ each: true }),
    ArrayMaxSize(options.max),
    IsArray(),
  );

export const FlagInput = (options: Presence = {}): PropertyDecorator => field(options, { type: Boolean }, IsBoolean());

/** A JSON object whose keys somebody else checks, such as a module's fields. */
export const ValuesInput = (options: Presence = {}): PropertyDecorator =>
  field(options, { type: 'object', additionalProperties: true }, IsObject());

// `type: () => type()`: Swagger knows by the name `type` that it is to be called later.
export const PartInput = (type: () => new () => object, options: Presence = {}): PropertyDecorator =>
  field(options, { type: () => type() }, ValidateNested(), Type(type), IsObject());

export const PartsInput = (type: () => new () => object, options: Presence & { readonly max: number }): PropertyDecorator =>
  field(
    options,
    { type: () => type(), isArray: true },
    ValidateNested({ each: true }),
    Type(type),
    ArrayMaxSize(options.max),
    IsObject({ each: true }),
    IsArray(),
  );

/** ISO 8601 with its time zone. Read it with `timeIn`. */
export const TimeInput = (options: Presence = {}): PropertyDecorator =>
  field(
    options,
    { type: String, format: 'date-time' },
    Matches(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/,
      message('must be a time with its zone, such as 2030-01-31T12:00:00Z'),
    ),
    IsString(),
  );

/** The moment a `TimeInput` names. Throws `invalid_input` for a day that does not exist. */
export function timeIn(name: string, text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new PanelError('invalid_input', `${name} is not a time that exists`, { field: name });
  return time;
}
