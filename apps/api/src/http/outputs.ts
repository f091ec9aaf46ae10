import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';

const kinds = {
  id: { type: String, pattern: '^[1-9][0-9]*$' },
  text: { type: String },
  time: { type: String, format: 'date-time' },
  integer: { type: 'integer' },
  number: { type: Number },
  flag: { type: Boolean },
  texts: { type: [String] },
  values: { type: 'object', additionalProperties: true },
  json: { description: 'any JSON value', additionalProperties: true, type: 'object' },
} satisfies Record<string, ApiPropertyOptions>;

/** Declares a property of an answer. With a `?` the property may be null. */
export function Shows(
  kind: keyof typeof kinds | `${keyof typeof kinds}?`,
  options: { readonly description?: string; readonly enum?: readonly string[]; readonly optional?: true } = {},
): PropertyDecorator {
  const nullable = kind.endsWith('?');
  const { optional, enum: choices, ...rest } = options;
  const schema = kinds[kind.replace('?', '') as keyof typeof kinds];
  return ApiProperty({
    ...schema,
    ...rest,
    ...(choices && { enum: [...choices] }),
    ...(nullable && { nullable }),
    required: !optional,
  } as ApiPropertyOptions);
}

/** A property that is an object of its own, or a list of them. */
export function ShowsPart(
  type: () => Type,
  options: { readonly list?: true; readonly nullable?: true; readonly optional?: true; readonly description?: string } = {},
): PropertyDecorator {
  const { list, nullable, optional, description } = options;
  return ApiProperty({
    // Named `type`, by which Swagger knows that it is to be called later.
    type: () => type(),
    ...(list && { isArray: true }),
    ...(nullable && { nullable }),
    ...(description && { description }),
    required: !optional,
  });
}

/** The answer of a list of these. */
export function pageClass(item: Type): Type<{ readonly items: readonly unknown[]; readonly next: string | null }> {
  class ListPage {
    @ApiProperty({ type: item, isArray: true })
    readonly items: readonly unknown[];
    @ApiProperty({ type: String, nullable: true, description: '`after` of the next page; null when this is the last' })
    readonly next: string | null;
  }
  Object.defineProperty(ListPage, 'name', { value: `${item.name.replace(/Answer$/, '')}Page` });
  return ListPage;
}
