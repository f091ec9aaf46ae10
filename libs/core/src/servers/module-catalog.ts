import type { Audience, Fields, JsonObject, Reservations } from '@hostwright/sdk';

/** A button of a module's own. */
export interface ActionDescription {
  readonly name: string;
  readonly label: string;
  /** Asked when it is pressed. */
  readonly input: Fields;
  /** What has to be agreed to before, where it takes something away; null where it does not. */
  readonly confirm: string | null;
  readonly shownTo: Audience;
  /** States of the service in which it may be pressed. */
  readonly when: readonly string[];
}

/** What a module of an installed extension asks for and can do. */
export interface ModuleDescription {
  readonly kind: string;
  readonly server: Fields;
  /** Provisioning modules only. */
  readonly product?: Fields;
  readonly order?: Fields;
  readonly properties?: Fields;
  /** What its create takes with the job. */
  readonly reserve?: Reservations;
  /** Operations a service of this module may be asked for. */
  readonly operations: readonly string[];
  readonly actions: readonly ActionDescription[];
  readonly canTest: boolean;
  /** Whether a customer can be logged in to a service of it by one click. */
  readonly canSignOn: boolean;
  /** Whether services of it have files that their customers may fetch. */
  readonly handsOutFiles: boolean;
  /** Whether something on a server of it can become a service. */
  readonly canAdopt: boolean;
  /** Whether certificates can be installed on what it delivers. */
  readonly canServeSites: boolean;
  /** The kinds of look that can be taken at a server of it. */
  readonly looks: readonly string[];
}

/** An extension that was found, whether it could be loaded or not. */
export interface ExtensionListing {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly state: string;
  /** Why it is not loaded. */
  readonly reason: string | null;
  readonly modules: readonly ModuleDescription[];
}

/** What the installed extensions offer. */
export abstract class ModuleCatalog {
  abstract list(): readonly ExtensionListing[];
  abstract find(extension: string, kind: string): ModuleDescription | undefined;
  /** The fields as JSON Schema, for forms. */
  abstract schemaOf(fields: Fields): JsonObject;
  /**
   * The values with their defaults. Throws `invalid_input`, its field being `<at>.<name>`, for one that is missing, unknown or wrong.
   */
  abstract check(fields: Fields, values: JsonObject, at: string): JsonObject;
}
