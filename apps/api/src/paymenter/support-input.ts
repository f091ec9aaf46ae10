import { emailIn, objectIn, readable, serviceIdIn, textIn, wrong } from './paymenter-input.js';

/** A `support/create` request, checked. */
export interface CreateSupport {
  readonly service_id: string;
  readonly email: string;
  readonly firstname: string;
  readonly lastname: string;
}

export const createSupportFields = ['service_id', 'email', 'firstname', 'lastname'];

/** Throws `invalid_input` naming the field at fault. */
export function createSupportIn(body: unknown): CreateSupport {
  const given = objectIn(body);
  return {
    service_id: serviceIdIn(given['service_id']),
    email: emailIn(given),
    firstname: nameIn(given, 'firstname'),
    lastname: nameIn(given, 'lastname'),
  };
}

function nameIn(given: Readonly<Record<string, unknown>>, field: string): string {
  const name = readable(textIn(given, field), field).trim();
  if (name === '') throw wrong(field, 'is missing');
  if (name.length > 100) throw wrong(field, 'must be a text of 1–100 characters');
  return name;
}
