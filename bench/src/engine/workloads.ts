import { setTimeout as sleep } from 'node:timers/promises';
import {
  absent,
  defineExtension,
  defineProvisioning,
  fields,
  operation,
  PanelError,
  type CreateShape,
  type Extension,
  type Fields,
  type Operation,
} from '@hostwright/sdk';

type Create = CreateShape<Fields, Fields, Fields, Fields>;

/** Called by a workload's function at its first line. */
export interface Hooks {
  begun?: (serviceId: string) => void;
}

const stepNames = Array.from({ length: 9 }, (_, at) => `step ${at + 1}`);
const nothing = { ok: true };

/** Nine steps, one after the other, each with a small output and nothing to do. */
function plain(hooks: Hooks): Operation<Create> {
  return operation<Create>({
    steps: stepNames,
    async run({ service, step }) {
      hooks.begun?.(service.id);
      for (const name of stepNames) await step(name, { run: () => Promise.resolve(nothing) });
      return { remoteId: service.id };
    },
  });
}

/** The same, each with a claim that is committed before its call, and looked for first. */
function intents(): Operation<Create> {
  return operation<Create>({
    steps: stepNames,
    async run({ service, step }) {
      for (const name of stepNames) {
        await step(name, {
          strength: 'unique',
          claim: `hw-${service.id}`,
          find: () => Promise.resolve(absent),
          run: () => Promise.resolve(nothing),
        });
      }
      return { remoteId: service.id };
    },
  });
}

/** Nine steps that each take a provider `ms`, one after the other. */
function provider(ms: number): Operation<Create> {
  return operation<Create>({
    steps: stepNames,
    async run({ service, step }) {
      for (const name of stepNames) await step(name, { run: () => sleep(ms, nothing) });
      return { remoteId: service.id };
    },
  });
}

/** Nine steps that each take a provider `ms`; the longest way through them is of five. */
function graph(ms: number): Operation<Create> {
  return operation<Create>({
    steps: stepNames,
    async run({ service, step }) {
      const call = (at: number): Promise<unknown> => step(`step ${at}`, { run: () => sleep(ms, nothing) });
      const chain = async (...steps: readonly number[]): Promise<void> => {
        for (const at of steps) await call(at);
      };
      await call(1);
      await Promise.all([chain(2, 3, 4), chain(5, 6), chain(7, 8)]);
      await call(9);
      return { remoteId: service.id };
    },
  });
}

/** Nine steps, each of which can be undone. */
function undoable(): Operation<Create> {
  return operation<Create>({
    steps: stepNames,
    async run({ service, step }) {
      for (const name of stepNames) await step(name, { run: () => Promise.resolve(nothing), undo: () => Promise.resolve() });
      return { remoteId: service.id };
    },
  });
}

/** The same, but the ninth fails: the other eight are undone. */
function failing(): Operation<Create> {
  return operation<Create>({
    steps: stepNames,
    onFailure: 'roll back',
    async run({ service, step }) {
      for (const name of stepNames.slice(0, 8)) {
        await step(name, { run: () => Promise.resolve(nothing), undo: () => Promise.resolve() });
      }
      await step('step 9', { run: () => Promise.reject(new PanelError('rejected', 'no')) });
      return { remoteId: service.id };
    },
  });
}

const workloads = {
  plain,
  intents,
  provider: () => provider(100),
  graph: () => graph(100),
  undoable,
  failing,
} satisfies Record<string, (hooks: Hooks) => Operation<Create>>;

export type WorkloadName = keyof typeof workloads;
export const providerMs = 100;
export const graphCriticalSteps = 5;

/** An extension whose `create` and `perform` are the workload. */
export function extensionOf(name: WorkloadName, hooks: Hooks): Extension {
  const none = fields({});
  const create = workloads[name](hooks);
  return defineExtension({
    id: name,
    name,
    provisioning: defineProvisioning(
      { server: none, product: none, order: none, properties: none },
      {
        create: create as never,
        // What a job of no service is asked for.
        ...{ perform: create },
        terminate: operation({ steps: [], run: () => Promise.resolve(undefined) }),
        inspect: () => Promise.resolve({ state: 'running' as const }),
      },
    ),
  });
}

export { stepNames };
