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

/** Which records go: all of the name and type that bear our mark. */
export type DnsRecordRemoval = { readonly name: string; readonly type: DnsRecordType };

/** What other modules ask of the connected dns module. */
export interface DnsCalls {
  /** Makes the record, or adopts the one that is ours. A different record of the same name that is not ours: `not_owned`. */
  ensureRecord(record: DnsRecordInput): SubOperation<DnsRecord>;
  /** Removes our records of that name and type. None there counts as done. */
  removeRecord(record: DnsRecordRemoval): SubOperation<undefined>;
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
