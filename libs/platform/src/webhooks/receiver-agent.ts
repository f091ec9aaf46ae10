import { isIP, type LookupFunction } from 'node:net';
import { isCallable } from '@hostwright/core';
import { Agent, buildConnector } from 'undici';
import { guardLookup, RefusedAddressError } from '../egress/index.js';

const connectTimeoutMs = 10_000;
/** A connection is kept for what comes next, and no longer. */
const idleMs = 4_000;

const refused = 'an address that is not public,';

/**
 * Connections to receivers. Every address is looked at when it is connected to, whatever it was when the endpoint was saved; certificates
 * are checked as usual. `resolve`: how names are looked up.
 */
export function receiverAgent(networks: readonly string[], resolve?: LookupFunction): Agent {
  const refuses = (address: string) => !isCallable(address, networks);
  const open = buildConnector({
    timeout: connectTimeoutMs,
    lookup: guardLookup(refuses, refused, resolve),
    autoSelectFamily: true,
  } as buildConnector.BuildOptions);
  return new Agent({
    connect(options, callback) {
      // What is an address already is not looked up.
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && refuses(host)) callback(new RefusedAddressError(`the receiver is at ${refused} ${host}`), null);
      else open(options, callback);
    },
    pipelining: 1,
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    // The deadline of the whole attempt is the sender's.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
