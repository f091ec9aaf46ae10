import { PanelError } from '@hostwright/sdk';
import { asObject, odd } from '@hostwright/vendor-cloudflare';
import type { Transport } from './transport.js';

/** Source: Cloudflare GraphQL Analytics API, `httpRequests1dGroups`. */
const query =
  '{viewer{zones(filter:{zoneTag:$z}){httpRequests1dGroups(limit:31,filter:{date_geq:$a,date_leq:$b}){sum{requests bytes} dimensions{date}}}}}';

/**
 * Bytes Cloudflare served for a zone in those days, both counted in UTC, at most 31.
 * Throws: `rejected` with what GraphQL says, which comes as an HTTP 200.
 */
export async function trafficBytes(transport: Transport, zoneId: string, firstDay: string, lastDay: string): Promise<number> {
  const what = 'POST /graphql';
  const declared = `query($z:string!,$a:Date!,$b:Date!)${query}`;
  const answer = await transport.graphQl(declared, { z: zoneId, a: firstDay, b: lastDay });
  const errors: unknown = answer['errors'];
  if (Array.isArray(errors) && errors.length > 0) throw new PanelError('rejected', `${what}: ${messageOf(errors[0])}`);
  const zones = asObject(asObject(answer['data'], what, 'data')['viewer'], what, 'viewer')['zones'];
  if (!Array.isArray(zones)) throw odd(what, 'zones');
  let sum = 0;
  for (const zone of zones as unknown[]) {
    const days = asObject(zone, what, 'zones')['httpRequests1dGroups'];
    if (!Array.isArray(days)) throw odd(what, 'httpRequests1dGroups');
    for (const day of days as unknown[]) {
      const { bytes } = asObject(asObject(day, what, 'day')['sum'], what, 'sum');
      if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) throw odd(what, 'bytes');
      sum += bytes;
    }
  }
  return sum;
}

function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null ? (error as { message?: unknown }).message : undefined;
  return typeof message === 'string' ? message.slice(0, 300) : 'it refused without a reason';
}
