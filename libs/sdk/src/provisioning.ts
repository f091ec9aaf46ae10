import type { Action } from './action.js';
import type { Ctx } from './context.js';
import type { DomainShape, DomainTarget, DomainTargetArguments, TerminateShape } from './domain.js';
import type { Choice, Fields, PropertiesOf, ValuesOf } from './fields.js';
import type { Json, Secret } from './json.js';
import type { ConnectionTest, ModuleLimits, TestArguments } from './module.js';
import type { Operation, ServiceFacts } from './operation.js';
import type { InstallShape, NamesShape, UninstallShape } from './site.js';

/** The settings of a provisioning module, each declared once with `fields`. */
export interface ProvisioningSettings<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  /** One set of credentials for one remote system. */
  readonly server: S;
  /** What the seller chooses per product. */
  readonly product: P;
  /**
   * Asked at checkout, or wired by the seller from what another component of the product leaves. A secret is never asked: one that is
   * required makes the module deliver only where it is wired.
   */
  readonly order: O;
  /** What create leaves on the service. */
  readonly properties: R;
  readonly limits?: ModuleLimits<S>;
}

export interface CreateShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly input: {
    readonly server: ValuesOf<S>;
    readonly product: ValuesOf<P>;
    readonly order: ValuesOf<O>;
    /** Fields of the order that the seller wired; the others hold what somebody typed. Undefined: none is wired. */
    readonly wired?: readonly string[];
  };
  readonly output: { readonly remoteId: string } & PropertiesOf<R>;
}

/** For everything after create: the service has its properties and remote id. It answers the properties that are others now, if any. */
export interface LaterShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly input: CreateShape<S, P, O, R>['input'] & { readonly remoteId: string; readonly properties: PropertiesOf<R> };
  readonly output: Partial<PropertiesOf<R>> | undefined | void;
}

/** For a change of what was sold: `product` is what the service is to become, `previous` what it was. */
export interface ChangeShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly input: LaterShape<S, P, O, R>['input'] & { readonly previous: ValuesOf<P> };
  readonly output: LaterShape<S, P, O, R>['output'];
}

/** For a new password of the service. */
export interface PasswordShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  /** `password`: what somebody chose, or random letters and digits. It is wiped when the job ends. */
  readonly input: LaterShape<S, P, O, R>['input'] & { readonly password: Secret };
  readonly output: LaterShape<S, P, O, R>['output'];
}

/** ISO 8601 with a time zone. What is left out there is none of. */
export interface ServiceDates {
  /** When it ends for good unless somebody does something, such as the end of what is paid. */
  readonly expiresAt?: string;
  /** When the panel is to start `upkeep`. */
  readonly upkeepAt?: string;
}

export interface InspectArguments<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly ctx: Ctx;
  readonly service: ServiceFacts;
  /** As the panel has it, for a module without a provider to ask. The host always gives it; tests of other modules need not. */
  readonly serviceState?: 'active' | 'suspended';
  readonly server: ValuesOf<S>;
  readonly product: ValuesOf<P>;
  readonly order: ValuesOf<O>;
  readonly remoteId: string;
  readonly properties: PropertiesOf<R>;
}

/** What the provider says of a service now. */
export interface Inspection {
  /** `missing`: the provider has nothing of ours under that remote id. */
  readonly state: 'running' | 'stopped' | 'changing' | 'missing';
  /** Where it runs, in the provider's words. */
  readonly node?: string;
  /** Fraction of the processor share it has, 0–1. */
  readonly cpuFraction?: number;
  readonly memoryBytes?: number;
  readonly memoryLimitBytes?: number;
  readonly diskBytes?: number;
  readonly diskLimitBytes?: number;
  readonly uptimeSeconds?: number;
  readonly details?: Readonly<Record<string, Json>>;
}

/** One entry per service on the server. Bytes; a counter that restarts is the host's to add up. */
export interface Usage {
  readonly remoteId: string;
  /** The owner mark it bears, where the same call tells it: what bears another mark than the service's is not counted for it. */
  readonly owner?: string;
  readonly diskBytes?: number;
  readonly memoryBytes?: number;
  readonly trafficBytes?: number;
  /** Of a counter that restarts at set times, which one it is, such as `2026-11`: another than before has restarted, whatever it says. */
  readonly trafficSince?: string;
}

/** One thing on the server that could be a service. */
export interface RemoteAccount {
  readonly remoteId: string;
  readonly name: string;
  /** The owner mark it bears, when it bears one. */
  readonly owner?: string;
  readonly state: 'running' | 'stopped' | 'changing';
  /** What it is allowed, where the same call tells it. Compared with what `expects` says; what is left out is not judged. */
  readonly memoryLimitBytes?: number;
  readonly diskLimitBytes?: number;
  /** The provider's name of its plan. */
  readonly package?: string;
  /**
   * For a provider that has no safe place for a mark: properties by which it is told from a later thing of the same remote id, such as
   * when it was made. One without a mark whose service has left exactly these is that service's.
   */
  readonly proof?: Readonly<Record<string, string | number>>;
}

/** Something at the provider that is to become a service, as that would have made it. */
export interface Adoption<O extends Fields, R extends Fields> {
  readonly properties: PropertiesOf<R>;
  /** Answers to the questions of the order, as far as the provider knows them. */
  readonly order: Partial<ValuesOf<O>>;
  readonly state: 'active' | 'suspended';
  /** The mark it bears, when it bears one. What bears one is not adopted. */
  readonly owner?: string;
  /** As in `RemoteAccount`: by it another service that has the same thing by way of another server is known. */
  readonly proof?: RemoteAccount['proof'];
}

export interface AdoptArguments<S extends Fields, P extends Fields> {
  readonly ctx: Ctx;
  readonly server: ValuesOf<S>;
  readonly product: ValuesOf<P>;
  readonly remoteId: string;
}

export interface ChoicesArguments<S extends Fields> extends TestArguments<S> {
  /** As the field's `choicesFrom`. */
  readonly list: string;
}

/** A value of one of `create`'s reservations that something on the server takes up. */
export interface Occupied {
  /** What has it. */
  readonly remoteId: string;
  /** The name of the reservation in `create.reserve`. */
  readonly reservation: string;
  /** As the reservation would give it: an address, a number, a label. */
  readonly value: string | number;
  /** Of a label: the text within which it is unique, as the reservation's `within` answers it. */
  readonly within?: string;
}

/** What the settings of a product mean at the provider. What is left out is not judged. */
export interface ExpectedLimits {
  /** Compared to the byte. */
  readonly memoryLimitBytes?: number;
  /** Up to 5 % less, or more, count as the same: a file system is somewhat smaller than its volume. */
  readonly diskLimitBytes?: number;
  readonly package?: string;
}

export interface ProvisioningSpec<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly create: Operation<CreateShape<S, P, O, R>>;
  /** With the service go its domains, where it may have any. */
  readonly terminate: Operation<TerminateShape<S, P, O, R>> | Operation<LaterShape<S, P, O, R>>;
  inspect(args: InspectArguments<S, P, O, R>): Promise<Inspection>;
  readonly suspend?: Operation<LaterShape<S, P, O, R>>;
  readonly unsuspend?: Operation<LaterShape<S, P, O, R>>;
  readonly changePackage?: Operation<ChangeShape<S, P, O, R>>;
  /** Refuses a change that cannot be made, before anything is asked of the provider. Throws `conflict`, with what stands in its way. */
  allowChange?(change: { readonly from: ValuesOf<P>; readonly to: ValuesOf<P> }): void;
  readonly changePassword?: Operation<PasswordShape<S, P, O, R>>;
  readonly renew?: Operation<LaterShape<S, P, O, R>>;
  /**
   * What has to be done from time to time and costs nobody anything, such as another certificate before the one that is there ends. The panel
   * starts it by itself once the `upkeepAt` of `dates` is past, while the service is active; a day later again where it failed and was rolled
   * back. What it answers tells the next `upkeepAt`: a time after this one began is kept, as soon as it is past.
   */
  readonly upkeep?: Operation<LaterShape<S, P, O, R>>;
  /** Dates of what an operation left. Pure: no `ctx`, the same answer every time. */
  dates?(args: { readonly product: ValuesOf<P>; readonly properties: PropertiesOf<R> }): ServiceDates;
  /** Lets the service be reached by a domain of the customer's. With it go `removeDomain`, `domainQuota` and `domainTarget`. */
  readonly addDomain?: Operation<DomainShape<S, P, O, R>>;
  /** Takes back everything `addDomain` made. Nothing there counts as done. */
  readonly removeDomain?: Operation<DomainShape<S, P, O, R>>;
  /** How many domains a service of that product may have. Pure. */
  domainQuota?(product: ValuesOf<P>): number;
  /** Where the service's domains must lead. Pure. */
  domainTarget?(args: DomainTargetArguments<S, P, R>): DomainTarget;
  /** Zones in which the module gives out names itself: no customer's domain is taken in one. Pure. */
  ownZones?(product: ValuesOf<P>): readonly string[];
  /** Serves names of the service with a certificate obtained elsewhere. With it go `removeCertificate` and `checkNames`. */
  readonly installCertificate?: Operation<InstallShape<S, P, O, R>>;
  readonly removeCertificate?: Operation<UninstallShape<S, P, O, R>>;
  /** Refuses names that the service does not serve, as `SiteCalls.checkNames` says. */
  readonly checkNames?: Operation<NamesShape<S, P, O, R>>;
  /** Buttons of the module's own, by name: camelCase, and none that a verb has. */
  readonly actions?: Readonly<Record<string, Action<LaterShape<S, P, O, R>>>>;
  /** Once per server, not once per service. */
  usage?(args: TestArguments<S>): Promise<readonly Usage[]>;
  /** Everything on the server that could be a service, whoever it belongs to. All of it or an error: what is left out counts as gone. */
  listAccounts?(args: TestArguments<S>): Promise<readonly RemoteAccount[]>;
  /**
   * What is taken up on the server, of what `create` reserves, by all that is not in `known`, whoever it belongs to: the host gives none of
   * it to a new service. Asked with every comparison. `known`: remote ids of services whose reservations the host has itself.
   */
  occupied?(args: TestArguments<S> & { readonly known: readonly string[] }): Promise<readonly Occupied[]>;
  /** What a service of that product is allowed, for the comparison with `listAccounts`. Pure: no `ctx`, the same answer every time. */
  expects?(product: ValuesOf<P>): ExpectedLimits;
  /**
   * Reads a thing that nobody's service is, so that it becomes one. Changes nothing at the provider.
   * Throws: `not_found`; `conflict` for one that a service of that product cannot be.
   */
  adopt?(args: AdoptArguments<S, P>): Promise<Adoption<O, R>>;
  /** The entries of a list that a product field's `choicesFrom` names. Needed when one does. */
  choices?(args: ChoicesArguments<S>): Promise<readonly Choice[]>;
  /** A one-time address that logs the customer in. Asked for at the click, of an active service only. */
  singleSignOn?(args: InspectArguments<S, P, O, R>): Promise<{ readonly url: string; readonly expiresAt: string }>;
  testConnection?(args: TestArguments<S>): Promise<ConnectionTest>;
}

export interface ProvisioningModule<
  S extends Fields = Fields,
  P extends Fields = Fields,
  O extends Fields = Fields,
  R extends Fields = Fields,
> extends ProvisioningSpec<S, P, O, R> {
  readonly kind: 'provisioning';
  readonly server: S;
  readonly product: P;
  readonly order: O;
  readonly properties: R;
  readonly limits: ModuleLimits<S>;
}

/** A module that delivers services. A verb it does not have is a button the panel does not show. */
export function defineProvisioning<const S extends Fields, const P extends Fields, const O extends Fields, const R extends Fields>(
  settings: ProvisioningSettings<S, P, O, R>,
  spec: ProvisioningSpec<S, P, O, R>,
): ProvisioningModule<S, P, O, R> {
  const { server, product, order, properties, limits } = settings;
  return { kind: 'provisioning', server, product, order, properties, limits: limits ?? {}, ...spec };
}
