import type { Ctx, SshTarget } from './context.js';
import type { Fields, ValuesOf } from './fields.js';

/** What a server of this module can take. Kept in the database and shared by every process. */
export interface ModuleLimits<Server extends Fields> {
  /** Named caps on what is under way at once on one server, such as `{ task: 10 }`. Held by steps, parked ones included. */
  readonly permits?: Readonly<Record<string, number>>;
  /** Requests allowed in a window, per server. */
  readonly rate?: { readonly requests: number; readonly perSeconds: number };
  /** Where `ctx.ssh.run` may go, by name, from the server's own settings. */
  ssh?(server: ValuesOf<Server>): Readonly<Record<string, SshTarget>>;
}

export interface TestArguments<Server extends Fields> {
  readonly ctx: Ctx;
  readonly server: ValuesOf<Server>;
}

/** A connection that works; one that does not is thrown, as a `PanelError` that says what to mend. */
export interface ConnectionTest {
  /** Product and version of what answered. */
  readonly version: string;
  /**
   * What works but should be looked at. Rights that the credentials have and the module never uses belong here, where the provider tells
   * them: they are no reason to refuse a connection that works.
   */
  readonly warnings: readonly string[];
}
