import type { Ctx } from './context.js';
import type { Fields, ValuesOf } from './fields.js';
import type { Operation } from './operation.js';
import type { SubOperation } from './step.js';
import type { ConnectionTest, ModuleLimits, TestArguments } from './module.js';

export type DnsRecordType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'TXT';

/** A record as the caller wants it. */
export type DnsRecordInput = {
  /** Fully qualified, without a dot at the end. */
  readonly name: string;
  readonly type: DnsRecordType;
  readonly content: string;
  /** Seconds, 60–86400. */
  readonly ttl: number;
  /** With MX. */
  readonly priority?: number;
};

/** A record as it stands at the provider. */
export type DnsRecord = DnsRecordInput & {
  readonly remoteId: string;
  readonly zone: string;
};

/** Which records go: all of the name and type that bear our mark, or of those only the ones with that content. */
export type DnsRecordRemoval = { readonly name: string; readonly type: DnsRecordType; readonly content?: string };

/** A zone as the caller wants it. */
export type DnsZoneInput = {
  /** The domain, in ASCII and without a dot at the end. */
  readonly name: string;
  /** Who answers for it: names without a dot at the end, at least two. Default: those in the module's server settings. */
  readonly nameServers?: readonly string[];
  /** Where a new zone's own name and `www` lead at first, IPv4 and IPv6. Default: what the module's server settings say. */
  readonly addresses?: readonly string[];
};

/** A zone as it stands at the provider. */
export type DnsZone = Required<Pick<DnsZoneInput, 'name' | 'nameServers'>> & { readonly remoteId: string };

/** A zone with its records of the types we know, our own mark left out. */
export type DnsZoneContents = DnsZone & { readonly records: readonly DnsRecord[] };

export type DnsZoneRemoval = { readonly name: string };

/** What other modules ask of the connected dns module. */
export interface DnsCalls {
  /** Makes the record, or adopts the one that is ours. A different record of the same name that is not ours: `not_owned`. */
  ensureRecord(record: DnsRecordInput): SubOperation<DnsRecord>;
  /** Removes our records of that name and type. None there counts as done. */
  removeRecord(record: DnsRecordRemoval): SubOperation<undefined>;
  /**
   * Makes the zone with its first records, or adopts the one that is ours. Refused with `invalid_input`, nothing made, unless the
   * domain is already delegated to all of the zone's name servers. A zone of that name that is not ours: `not_owned`.
   * A module that keeps records in zones made by hand cannot: `unsupported`.
   */
  ensureZone(zone: DnsZoneInput): SubOperation<DnsZone>;
  /**
   * Removes our zone and every record in it, whoever made the record. None there counts as done; one that is not ours: `not_owned`.
   * `unsupported` as `ensureZone`.
   */
  removeZone(zone: DnsZoneRemoval): SubOperation<undefined>;
}

export interface DnsOperationShape<Server extends Fields, Input, Output> {
  readonly input: { readonly server: ValuesOf<Server>; readonly input: Input };
  readonly output: Output;
}

export interface DnsSpec<Server extends Fields> {
  readonly ensureRecord: Operation<DnsOperationShape<Server, DnsRecordInput, DnsRecord>>;
  readonly removeRecord: Operation<DnsOperationShape<Server, DnsRecordRemoval, undefined>>;
  /** Every record of a name, ours or not. */
  listRecords(args: { readonly ctx: Ctx; readonly server: ValuesOf<Server>; readonly name: string }): Promise<readonly DnsRecord[]>;
  /** Zones: all three, or none where zones are made by hand. */
  readonly ensureZone?: Operation<DnsOperationShape<Server, DnsZoneInput, DnsZone>>;
  readonly removeZone?: Operation<DnsOperationShape<Server, DnsZoneRemoval, undefined>>;
  /** The finished zones that bear our mark, with their records. */
  listZones?(args: TestArguments<Server>): Promise<readonly DnsZoneContents[]>;
  testConnection?(args: TestArguments<Server>): Promise<ConnectionTest>;
}

export interface DnsModule<Server extends Fields = Fields> extends DnsSpec<Server> {
  readonly kind: 'dns';
  readonly server: Server;
  readonly limits: ModuleLimits<Server>;
}

/** A module that keeps zones and records. */
export function defineDns<const Server extends Fields>(
  settings: { readonly server: Server; readonly limits?: ModuleLimits<Server> },
  spec: DnsSpec<Server>,
): DnsModule<Server> {
  return { kind: 'dns', server: settings.server, limits: settings.limits ?? {}, ...spec };
}
