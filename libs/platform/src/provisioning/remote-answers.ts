import type { SignOn } from '@hostwright/core';
import {
  PanelError,
  type Choice,
  type DnsZoneContents,
  type ExpectedLimits,
  type JsonObject,
  type Occupied,
  type RemoteAccount,
  type Usage,
} from '@hostwright/sdk';
import { Ajv, type ValidateFunction } from 'ajv';

/** More than any one server holds: what is longer is no list of services. */
const mostEntries = 200_000;

const id = { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^\\u0000-\\u001f\\u007f]+$' };
const text = { type: 'string', maxLength: 1_000 };
const dnsName = { type: 'string', minLength: 1, maxLength: 255 };
/** Stored as it is, so without what PostgreSQL cannot store. */
const since = { type: 'string', minLength: 1, maxLength: 40, pattern: '^[ -~]+$' };
const bytes = { type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
const limits = { memoryLimitBytes: bytes, diskLimitBytes: bytes, package: text };
const proof = {
  type: 'object',
  minProperties: 1,
  maxProperties: 10,
  additionalProperties: { anyOf: [{ type: 'string', maxLength: 1_000 }, { type: 'number' }] },
};
const listOf = (properties: Record<string, object>, required: readonly string[]): object => ({
  type: 'array',
  maxItems: mostEntries,
  items: { type: 'object', properties, required },
});

const ajv = new Ajv({ strict: true, unicodeRegExp: true });
const areAccounts = ajv.compile<readonly RemoteAccount[]>(
  listOf({ remoteId: id, name: text, owner: text, state: { enum: ['running', 'stopped', 'changing'] }, proof, ...limits }, [
    'remoteId',
    'name',
    'state',
  ]),
);
const areUsage = ajv.compile<readonly Usage[]>(
  listOf({ remoteId: id, owner: text, diskBytes: bytes, memoryBytes: bytes, trafficBytes: bytes, trafficSince: since }, ['remoteId']),
);
const areZones = ajv.compile<readonly DnsZoneContents[]>(
  listOf(
    {
      remoteId: id,
      name: dnsName,
      nameServers: { type: 'array', items: dnsName },
      records: listOf(
        {
          remoteId: id,
          zone: dnsName,
          name: dnsName,
          type: { enum: ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'] },
          content: { type: 'string', maxLength: 65_535 },
          ttl: { type: 'integer', minimum: 0, maximum: 2_147_483_647 },
          priority: { type: 'integer', minimum: 0, maximum: 65_535 },
        },
        ['remoteId', 'zone', 'name', 'type', 'content', 'ttl'],
      ),
    },
    ['remoteId', 'name', 'nameServers', 'records'],
  ),
);
const areOccupied = ajv.compile<readonly Occupied[]>(
  listOf({ remoteId: id, reservation: id, value: { anyOf: [id, { type: 'integer' }] }, within: text }, [
    'remoteId',
    'reservation',
    'value',
  ]),
);
const areLimits = ajv.compile<ExpectedLimits>({ type: 'object', properties: limits });

/** What a module says is on a server, checked. Throws `unknown_outcome` when it is no such list: then nothing is known. */
export function checkedAccounts(answer: unknown, extension: string): readonly RemoteAccount[] {
  const accounts = checked(answer, areAccounts, `listAccounts of '${extension}'`);
  return accounts.map((account) => ({
    ...account,
    name: storable(account.name),
    ...(account.owner === undefined ? {} : { owner: storable(account.owner) }),
    ...(account.package === undefined ? {} : { package: storable(account.package) }),
  }));
}

/** What a module says services use, checked. Throws as `checkedAccounts`. */
export function checkedUsage(answer: unknown, extension: string): readonly Usage[] {
  return checked(answer, areUsage, `usage of '${extension}'`);
}

/** What a dns module says are the zones of a service, checked. Throws as `checkedAccounts`. */
export function checkedZones(answer: unknown, extension: string): readonly DnsZoneContents[] {
  return checked(answer, areZones, `listZones of '${extension}'`);
}

/** What a module says is taken up, checked. Throws as `checkedAccounts`. */
export function checkedOccupied(answer: unknown, extension: string): readonly Occupied[] {
  const plain = crossed(answer);
  if (!areOccupied(plain)) throw misshapen(`occupied of '${extension}'`, areOccupied);
  return plain;
}

/** What a module says a product is allowed; undefined when it is no such thing. */
export function checkedLimits(answer: unknown): ExpectedLimits | undefined {
  const plain = crossed(answer);
  return areLimits(plain) ? plain : undefined;
}

const areChoices = ajv.compile<readonly Choice[]>({
  type: 'array',
  maxItems: 5_000,
  items: { type: 'object', properties: { value: { ...text, minLength: 1 }, label: text }, required: ['value', 'label'] },
});
const isAdoption = ajv.compile<CheckedAdoption>({
  type: 'object',
  properties: { properties: { type: 'object' }, order: { type: 'object' }, state: { enum: ['active', 'suspended'] }, owner: text, proof },
  required: ['properties', 'order', 'state'],
});

/** What an adoption answers, its properties and its part of the order still to be held against what the module declares. */
export interface CheckedAdoption {
  readonly properties: JsonObject;
  readonly order: JsonObject;
  readonly state: 'active' | 'suspended';
  readonly owner?: string;
  readonly proof?: Readonly<Record<string, string | number>>;
}

/** The entries of a list, each value once. Throws `unknown_outcome` when they are none. */
export function checkedChoices(answer: unknown, extension: string): readonly Choice[] {
  const plain = crossed(answer);
  if (!areChoices(plain)) throw new PanelError('unknown_outcome', `choices of '${extension}' answered what it must not`);
  const choices = plain.map(({ value, label }) => ({ value: storable(value), label: storable(label) }));
  return [...new Map(choices.map((choice) => [choice.value, choice])).values()];
}

/** Throws `unknown_outcome` when it is no adoption. */
export function checkedAdoption(answer: unknown, extension: string): CheckedAdoption {
  const plain = crossed(answer);
  if (!isAdoption(plain)) throw new PanelError('unknown_outcome', `adopt of '${extension}' answered what it must not`);
  return plain;
}

/** Throws `unknown_outcome` when it is no address to be sent to, or not encrypted: whoever reads it on the way logs in. */
export function checkedSignOn(answer: unknown, extension: string): SignOn {
  const { url, expiresAt } = (crossed(answer) ?? {}) as { readonly url?: unknown; readonly expiresAt?: unknown };
  const isUrl = typeof url === 'string' && url.length <= 4_000 && URL.canParse(url) && new URL(url).protocol === 'https:';
  if (isUrl && typeof expiresAt === 'string' && !Number.isNaN(Date.parse(expiresAt)))
    return { url, expiresAt: new Date(expiresAt).toISOString() };
  throw new PanelError('unknown_outcome', `singleSignOn of '${extension}' answered no address to be sent to`);
}

function checked<T extends readonly { readonly remoteId: string }[]>(answer: unknown, are: ValidateFunction<T>, whose: string): T {
  const plain = crossed(answer);
  if (!are(plain)) throw misshapen(whose, are);
  const seen = new Set<string>();
  for (const { remoteId } of plain) {
    if (/\p{Surrogate}/u.test(remoteId)) throw new PanelError('unknown_outcome', `${whose} answered a remote id that is no text`);
    if (seen.has(remoteId)) throw new PanelError('unknown_outcome', `${whose} answered the remote id '${remoteId}' twice`);
    seen.add(remoteId);
  }
  return plain;
}

function misshapen(whose: string, { errors }: Pick<ValidateFunction, 'errors'>): PanelError {
  const { instancePath = '', message = '' } = errors?.[0] ?? {};
  return new PanelError('unknown_outcome', `${whose} answered what it must not: ${instancePath || 'the answer'} ${message}`);
}

/** As it would come out of another process. */
function crossed(answer: unknown): unknown {
  const json = JSON.stringify(answer) as string | undefined;
  return json === undefined ? undefined : JSON.parse(json);
}

/** What PostgreSQL cannot store is replaced, by something that is in no owner mark. */
function storable(value: string): string {
  return value.replace(/[\u0000-\u001f\u007f]|\p{Surrogate}/gu, '\ufffd');
}
