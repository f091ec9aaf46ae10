import type { DnsCalls, Json, ProxyCalls, SubOperation } from '@hostwright/sdk';

const dnsCalls = ['ensureRecord', 'removeRecord', 'ensureZone', 'removeZone'] as const;
const proxyCalls = ['ensureHost', 'enableHost', 'disableHost', 'removeHost'] as const;

function subOperations<Calls>(kind: string, names: readonly string[]): Calls {
  return Object.fromEntries(
    names.map((name) => [name, (input: Json): SubOperation<unknown> => ({ kind, operation: name, input })]),
  ) as Calls;
}
/** What `ctx.dns` and `ctx.proxy` are: their calls are described here, and made when they are given to `step`. */
export const connected = { dns: subOperations<DnsCalls>('dns', dnsCalls), proxy: subOperations<ProxyCalls>('proxy', proxyCalls) };

/** True for what a call of a connected module answers. */
export function isSubOperation(value: unknown): value is SubOperation<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as SubOperation<unknown>).operation === 'string' &&
    typeof (value as SubOperation<unknown>).kind === 'string'
  );
}
