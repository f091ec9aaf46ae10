import type { JsonObject } from '@hostwright/sdk';
import { json, namesOfRequest, type SandboxAnswer } from '@hostwright/sdk-testing';

export type Form = ReadonlyMap<string, string>;

export function form(body: unknown): Form {
  return new Map(Object.entries((body ?? {}) as Record<string, string>));
}

export function success(body: JsonObject): SandboxAnswer {
  return json(200, { ...body, success: true });
}

export function refusal(description: string, status = 200): SandboxAnswer {
  return json(status, { error: true, message: 'Error', description });
}

/** What is on sale. */
export interface Product {
  readonly several: boolean;
  readonly organization: boolean;
  /** `custom_dcv_random_value`. */
  readonly ownCode: boolean;
}

export const products: ReadonlyMap<number, Product> = new Map([
  [65, { several: true, organization: false, ownCode: false }],
  [66, { several: false, organization: false, ownCode: false }],
  [67, { several: true, organization: false, ownCode: true }],
  [68, { several: true, organization: true, ownCode: false }],
]);

const person = ['firstname', 'lastname', 'phone', 'title', 'email'];
const address = ['city', 'country', 'addressline1', 'postalcode', 'region'];
const prefixed = (prefix: string, names: readonly string[]): string[] => names.map((name) => `${prefix}_${name}`);
const always = [
  'product_id',
  'period',
  'csr',
  'server_count',
  'webserver_type',
  'dcv_method',
  ...prefixed('admin', person),
  ...prefixed('tech', person),
];
const ofOrganization = [
  ...prefixed('admin', ['organization', ...address]),
  ...prefixed('tech', ['organization', ...address]),
  ...prefixed('org', ['name', 'phone', ...address]),
];

/** Why an order is refused. */
export function problemOfOrder(given: Form): string | undefined {
  const product = products.get(Number(given.get('product_id')));
  if (!product) return 'Product not found';
  const missing = [...always, ...(product.organization ? ofOrganization : [])].find((name) => !given.get(name));
  if (missing !== undefined) return `Field ${missing} is required`;
  return problemOfRequest(given, product);
}

/** Why what an order and a reissue share is refused. */
export function problemOfRequest(given: Form, product: Product): string | undefined {
  if (!product.several && (given.has('dns_names') || given.has('approver_emails'))) return 'SAN items are not available for this product';
  const code = given.get('unique_code');
  if (code !== undefined && !product.ownCode) return 'unique_code is not available for this product';
  if (code !== undefined && !/^[A-Za-z0-9]{15,20}$/.test(code)) return 'unique_code must have 15 to 20 letters and digits';
  return undefined;
}

/** The names of an order, or why it is refused. */
export function namesIn(given: Form): readonly string[] | string {
  let asked: readonly string[];
  try {
    asked = namesOfRequest(given.get('csr') ?? '');
  } catch {
    return 'Unable to decode CSR';
  }
  if (asked.length === 0) return 'CSR has no common name';
  const others = (given.get('dns_names') ?? '').split(',').filter(Boolean);
  if (others.includes(asked[0]!)) return 'dns_names must not contain the common name';
  const methods = (given.get('approver_emails') ?? '').split(',').filter(Boolean);
  if (methods.length !== others.length) return 'approver_emails does not fit dns_names';
  const names = [asked[0]!, ...others].map((name) => name.toLowerCase());
  const byFile = names.find((name, at) => name.startsWith('*.') && /^https?$/.test([given.get('dcv_method'), ...methods][at] ?? ''));
  return byFile === undefined ? names : `HTTP validation is not allowed for ${byFile}`;
}
