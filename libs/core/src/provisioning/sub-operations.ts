import type { CertificateCalls, DnsCalls, Json, ProxyCalls, SiteCalls, SubOperation } from '@hostwright/sdk';

const dnsCalls = ['ensureRecord', 'removeRecord', 'ensureZone', 'removeZone'] as const;
const proxyCalls = [
  'ensureHost',
  'enableHost',
  'disableHost',
  'readHost',
  'removeHost',
  'checkNames',
  'installCertificate',
  'removeCertificate',
] as const;
const certificateCalls = ['obtain', 'reissue', 'renew', 'revoke', 'cancel'] as const;
const siteCalls = ['checkNames', 'installCertificate', 'removeCertificate'] as const;

function subOperations<Calls>(kind: string, names: readonly string[]): Calls {
  return Object.fromEntries(
    names.map((name) => [name, (input: Json): SubOperation<unknown> => ({ kind, operation: name, input })]),
  ) as Calls;
}
/** What `ctx.dns` and the like are: their calls are described here, and made when they are given to `step`. */
export const connected = {
  dns: subOperations<DnsCalls>('dns', dnsCalls),
  proxy: subOperations<ProxyCalls>('proxy', proxyCalls),
  certificates: subOperations<CertificateCalls>('certificate', certificateCalls),
  site: subOperations<SiteCalls>('site', siteCalls),
};

/** True for what `ctx.site` may ask of a module: it has verbs that nobody but the panel asks for. */
export function isSiteCall(operation: string): boolean {
  return (siteCalls as readonly string[]).includes(operation);
}

/** True for what a call of a connected module answers. */
export function isSubOperation(value: unknown): value is SubOperation<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as SubOperation<unknown>).operation === 'string' &&
    typeof (value as SubOperation<unknown>).kind === 'string'
  );
}
