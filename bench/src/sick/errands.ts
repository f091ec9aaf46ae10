import type { Program } from '@hostwright/core';
import type { InstalledExtension } from '@hostwright/platform';
import {
  absent,
  defineExtension,
  defineProvisioning,
  fields,
  operation,
  PanelError,
  sdkVersion,
  type CreateShape,
  type Ctx,
  type Fields,
  type JsonObject,
} from '@hostwright/sdk';

type Create = CreateShape<Fields, Fields, Fields, Fields>;

const steps = ['step 1', 'step 2', 'step 3'];
/** Each step looks for its claim, and then makes the call. */
export const callsOfJob = steps.length * 2;

async function call(ctx: Ctx, server: JsonObject, method: 'GET' | 'POST'): Promise<{ ok: true }> {
  const { status, headers } = await ctx.fetch(`${String(server['url'])}/thing`, { method });
  if (status === 200) return { ok: true };
  if (status === 401) throw new PanelError('invalid_config', 'the token was refused', { field: 'url' });
  if (status === 429)
    throw new PanelError('unavailable', 'too many requests', { retryAfterMs: Number(headers.get('retry-after')) * 1_000 });
  throw new PanelError('unknown_outcome', `answered ${status}`);
}

/** A module whose every step calls its server twice over HTTP, through the host as any other does. */
export function errands(): InstalledExtension {
  const none = fields({});
  const create = operation<Create>({
    steps,
    async run({ ctx, server, service, step }) {
      for (const name of steps) {
        await step(name, {
          strength: 'unique',
          claim: `hw-${service.id}`,
          find: async () => (await call(ctx, server as JsonObject, 'GET'), absent),
          run: () => call(ctx, server as JsonObject, 'POST'),
        });
      }
      return { remoteId: service.id };
    },
  });
  const extension = defineExtension({
    id: 'errands',
    name: 'Errands',
    provisioning: defineProvisioning(
      { server: fields({ url: { type: 'url', label: 'Address' } }), product: none, order: none, properties: none },
      {
        create: create as never,
        terminate: operation({ steps: [], run: () => Promise.resolve(undefined) }),
        inspect: () => Promise.resolve({ state: 'running' as const }),
      },
    ),
  });
  return { extension, version: '1.0.0', manifest: { sdk: sdkVersion, egress: ['{server.url}'] } };
}

export function errandProgram(serviceId: string, serverId: string): Program {
  return {
    contract: sdkVersion,
    owner: `hw-bench-${serviceId}`,
    components: [
      {
        name: 'site',
        extension: 'errands',
        version: '1.0.0',
        serverId,
        connections: {},
        product: {},
        order: {},
        reserved: {},
        steps,
      },
    ],
  };
}
