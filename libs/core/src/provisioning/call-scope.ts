import { AsyncLocalStorage } from 'node:async_hooks';

/** What a call into a module belongs to. */
export interface CallScope {
  /** `job 12, create container` or `inspect of service 5`, for logs and errors. */
  readonly label: string;
  /** Customers wait for it: it may use the share of a limit that is kept for them. */
  readonly interactive: boolean;
}

const scopes = new AsyncLocalStorage<CallScope>();

/** Runs a call into a module, so that `ctx` works inside it and nowhere else. */
export function withinCall<T>(scope: CallScope, call: () => Promise<T>): Promise<T> {
  return scopes.run(scope, call);
}

/** The call we are in, if any. */
export function currentCall(): CallScope | undefined {
  return scopes.getStore();
}

/**
 * The call we are in. Throws when there is none: the code between steps is replayed after a crash, so it must not touch the world.
 */
export function requireCall(what: string): CallScope {
  const scope = scopes.getStore();
  if (!scope) throw new Error(`ctx.${what} was used outside a step; between steps there is only pure code`);
  return scope;
}
