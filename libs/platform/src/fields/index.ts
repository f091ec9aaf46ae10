export { problemOfFields } from './check-fields.js';
export type { FieldsSchema, ValueSchema } from './field-schema.js';
export * from './validate.js';
