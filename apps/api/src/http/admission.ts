import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension } from '@nestjs/swagger';
import type { Admission, Scope } from '@hostwright/core';

/** Keys of what a route says about its callers. A route that says nothing keeps the process from starting. */
const admissionKeys = {
  public: 'admission:public',
  staff: 'admission:staff',
  customer: 'admission:customer',
  scope: 'admission:scope',
  remembered: 'admission:remembered',
} as const;

/** Anybody may call it. */
export const Public = () => SetMetadata(admissionKeys.public, true);

/** Staff may call it. */
export const Staff = () => applyDecorators(SetMetadata(admissionKeys.staff, true), ApiBearerAuth('login'));

/** Customers may call it, and are answered only what is theirs. */
export const Customer = () => applyDecorators(SetMetadata(admissionKeys.customer, true), ApiBearerAuth('login'));

/** API keys with this scope may call it. */
export const Scopes = (scope: Scope) =>
  applyDecorators(SetMetadata(admissionKeys.scope, scope), ApiBearerAuth('apiKey'), ApiExtension('x-scope', scope));

/** While the database is away, keys that were good a moment ago may still call it: it has something to say about that. */
export const RemembersKeys = () => SetMetadata(admissionKeys.remembered, true);

/** True for a route that said so. */
export function remembersKeys(handler: object): boolean {
  return Reflect.getMetadata(admissionKeys.remembered, handler) === true;
}

/** What was said about a route; `undefined` when nothing was. */
export function admissionOf(handler: object): Admission | 'public' | undefined {
  const said = <T>(key: string) => Reflect.getMetadata(key, handler) as T | undefined;
  if (said<boolean>(admissionKeys.public)) return 'public';
  const staff = said<true>(admissionKeys.staff);
  const customer = said<true>(admissionKeys.customer);
  const scope = said<Scope>(admissionKeys.scope);
  if (!staff && !customer && scope === undefined) return undefined;
  return { ...(staff && { staff }), ...(customer && { customer }), ...(scope !== undefined && { scope }) };
}
