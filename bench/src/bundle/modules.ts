import { setTimeout as sleep } from 'node:timers/promises';
import type { Program, WiredFrom } from '@hostwright/core';
import type { InstalledExtension } from '@hostwright/platform';
import {
  absent,
  defineExtension,
  defineProvisioning,
  done,
  fields,
  operation,
  pending,
  sdkVersion,
  type CreateShape,
  type Fields,
} from '@hostwright/sdk';
import type { BundlePart } from './graph.js';

type Create = CreateShape<Fields, Fields, Fields, Fields>;

const extensionId = (part: string): string => `bundle-${part}`;
const stepName = (stage: number, at: number): string => `step ${stage + 1}.${at + 1}`;
const stepsOf = ({ stages }: BundlePart): string[] => stages.flatMap((stage, number) => stage.map((_, at) => stepName(number, at)));

/** An extension for each part, at a provider that takes as long as the part says. What a part is wired from is a field of its order. */
export function extensionFor(part: BundlePart): InstalledExtension {
  const none = fields({});
  const order = fields(Object.fromEntries(part.after.map((name) => [name, { type: 'text' as const, label: name }])));
  const create = operation<Create>({
    steps: stepsOf(part),
    async run({ service, step }) {
      for (const [number, stage] of part.stages.entries()) {
        await Promise.all(
          stage.map(({ ms, waited }, at) =>
            waited
              ? step(stepName(number, at), {
                  strength: 'unique',
                  claim: `${part.name}-${service.id}`,
                  find: () => Promise.resolve(absent),
                  run: () => Promise.resolve(Date.now() + ms),
                  // As a provider does that says when it will be ready.
                  until: (readyAt: number) =>
                    Promise.resolve(Date.now() < readyAt ? pending(readyAt, readyAt - Date.now()) : done({ ok: true })),
                })
              : step(stepName(number, at), { run: () => sleep(ms, { ok: true }) }),
          ),
        );
      }
      return { remoteId: `${part.name}-${service.id}` };
    },
  });
  const extension = defineExtension({
    id: extensionId(part.name),
    name: part.name,
    provisioning: defineProvisioning(
      { server: none, product: none, order, properties: none },
      {
        create: create as never,
        terminate: operation({ steps: [], run: () => Promise.resolve(undefined) }),
        inspect: () => Promise.resolve({ state: 'running' as const }),
      },
    ),
  });
  return { extension, version: '1.0.0', manifest: { sdk: sdkVersion, egress: [] } };
}

/** Components as a service of a bundle has them, with the extension of each. */
export function suppliedParts(parts: readonly BundlePart[]): readonly { readonly name: string; readonly extension: string }[] {
  return parts.map(({ name }) => ({ name, extension: extensionId(name) }));
}

/** The create of a service that consists of the parts, wired. */
export function bundleProgram(parts: readonly BundlePart[], serviceId: string, serverOf: (part: string) => string): Program {
  return {
    contract: sdkVersion,
    owner: `hw-bench-${serviceId}`,
    components: parts.map((part) => ({
      name: part.name,
      extension: extensionId(part.name),
      version: '1.0.0',
      serverId: serverOf(part.name),
      connections: {},
      product: {},
      order: {},
      reserved: {},
      ...(part.after.length === 0 ? {} : { after: part.after, inputs: wiresOf(part) }),
      steps: stepsOf(part),
    })),
  };
}

function wiresOf({ after }: BundlePart): Readonly<Record<string, WiredFrom>> {
  return Object.fromEntries(after.map((name) => [name, { component: name, output: 'remoteId' }]));
}
