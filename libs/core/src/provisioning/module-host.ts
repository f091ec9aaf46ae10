import type { Ctx, HttpSignal, JsonObject, Operation, OperationShape } from '@hostwright/sdk';
import type { PlacedInputs } from './wiring.js';

/** Which module, on which server. */
export interface ModuleRef {
  readonly kind: string;
  readonly serverId: string;
  /** The extension the caller expects there; any when left out. */
  readonly extension?: string;
}

/** For whom a module works. */
export interface ModuleScope {
  readonly owner: string;
  /** As `ctx.above`; left out: none. */
  readonly above?: readonly string[];
  readonly label: string;
  readonly signal: HttpSignal;
}

/** ISO 8601 in UTC; null where there is none. */
export interface ComponentDates {
  readonly expiresAt: string | null;
  readonly upkeepAt: string | null;
}

/** All of `ctx` that is not another module. */
export type OwnCtx = Omit<Ctx, 'dns' | 'proxy' | 'certificates' | 'site'>;

/** A module, ready to work on one server. */
export interface OpenModule {
  readonly extension: string;
  readonly version: string;
  readonly serverId: string;
  /** The server's settings, secrets in plain text: for this module only. */
  readonly server: JsonObject;
  readonly permits: Readonly<Record<string, number>>;
  readonly ctx: OwnCtx;
  /** A setting of this server in words, such as `API token of the server vps1`; undefined where it has none of that name. */
  nameSetting(field: string): string | undefined;
  operation(name: string): Operation<OperationShape> | undefined;
  /** What create leaves on a service, checked against the module's properties. Throws a plain `Error`: an extension that answers others has a bug. */
  checkProperties(properties: JsonObject): JsonObject;
  /** Dates of what was left, as the module tells; undefined when it tells none. Throws a plain `Error` for what are no dates. */
  dates(product: JsonObject, properties: JsonObject): ComponentDates | undefined;
  /**
   * Values of wired fields, secrets marked, checked and put among the fields they are of: the order's, or else the product's. One that was
   * not left is undefined. Throws `invalid_config` for one that does not fit, is required and not there, or has no field.
   */
  checkInputs(values: JsonObject): PlacedInputs;
}

/** Opens modules of loaded extensions. */
export abstract class ModuleHost {
  /**
   * Throws: `unsupported` when the extension is not loaded or has no such module; `not_found` for an unknown server; `unavailable`
   * while the server is in maintenance; `invalid_config` when its settings do not fit the module's fields.
   */
  abstract open(ref: ModuleRef, scope: ModuleScope): Promise<OpenModule>;
}
