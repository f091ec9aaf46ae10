import { randomBytes } from 'node:crypto';
import { Fault, messages } from './envelope.js';
import { recordMethodTypes } from './forms.js';

/** The remote user of `RunningSandbox.server`; it opens nothing else. */
export const username = 'panel';
export const password = 'sandbox-ispconfig-password-58c0';

/** Counted from the log-in, not from the last use. */
const lifetimeMs = 1800_000;

/** The remote user's functions, by the name of the method they are checked against. */
const allFunctions: readonly string[] = [
  'server_get',
  'get_function_list',
  'monitor_jobqueue_count',
  ...['get', 'get_id', 'get_by_user', 'add', 'update', 'delete', 'set_status'].map((act) => `dns_zone_${act}`),
  'dns_templatezone_add',
  ...recordMethodTypes.flatMap((type) => ['get', 'add', 'update', 'delete'].map((act) => `dns_${type}_${act}`)),
];

/** One remote user and its sessions. */
export class Sessions {
  #functions = new Set(allFunctions);
  /** Address the user is limited to; undefined: any. */
  #refusedAddress: string | undefined;
  #inMaintenance = false;
  readonly #endsAtMs = new Map<string, number>();

  logIn(given: { readonly username: unknown; readonly password: unknown }): string {
    if (this.#inMaintenance) throw new Fault(messages.maintenance);
    if (given.username !== username || given.password !== password) throw new Fault(messages.badLogin);
    if (this.#refusedAddress !== undefined) throw new Fault(`The login is not allowed from ${this.#refusedAddress}`);
    const id = randomBytes(16).toString('hex');
    this.#endsAtMs.set(id, Date.now() + lifetimeMs);
    return id;
  }

  logOut(id: unknown): boolean {
    this.require(id);
    return this.#endsAtMs.delete(id as string);
  }

  require(id: unknown): void {
    if (typeof id !== 'string' || id === '') throw new Fault(messages.noSession);
    if ((this.#endsAtMs.get(id) ?? 0) <= Date.now()) throw new Fault(messages.session);
  }

  requireFunction(name: string): void {
    if (!this.#functions.has(name)) throw new Fault(messages.noRight);
  }

  functions(): readonly string[] {
    return [...this.#functions];
  }

  get open(): number {
    return this.#endsAtMs.size;
  }

  /** Every session so far has come to its end. */
  expire(): void {
    for (const id of this.#endsAtMs.keys()) this.#endsAtMs.set(id, 0);
  }

  /** What the remote user is worth from now on. `without`: functions taken from it. */
  change(to: { readonly without?: readonly string[]; readonly refusedAddress?: string; readonly maintenance?: boolean }): void {
    this.#functions = new Set(allFunctions.filter((name) => !to.without?.includes(name)));
    this.#refusedAddress = to.refusedAddress;
    this.#inMaintenance = to.maintenance === true;
  }
}
