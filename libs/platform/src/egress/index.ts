export { guardedLookup, guardLookup, isRefusedAddress, RefusedAddressError } from './addresses.js';
export { ConnectionPools } from './connection-pools.js';
export * from './create-fetch.js';
export { exchangeError } from './exchange-error.js';
export { exchangeOnce, ExchangeFailure, type RawAnswer } from './exchange-once.js';
export { egressFields, parseEgressPattern, resolveEgress, type EgressPattern, type EgressTarget } from './egress-patterns.js';
export type { RequestLike, RequestOptions } from './outgoing-request.js';
export { trustOf, type ServerTrust } from './server-trust.js';
