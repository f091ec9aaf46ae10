import type { Json, JsonObject, Leaving } from '@hostwright/sdk';
import type { Job } from './job.js';
import type { DeliveredComponent } from './journal.js';
import type { ReadyComponent } from './replay-ports.js';
import { holdsSecret, type Sealer } from './sealer.js';
import type { Completed } from './turn-outcome.js';
import { inputsOf } from './wiring.js';

/** What the functions that have returned leave on the service, and answer. */
export function completion(
  job: Job,
  outputs: ReadonlyMap<string, unknown>,
  ready: readonly ReadyComponent[],
  sealer: Sealer,
  lookAgain: boolean,
): Completed {
  const { productId } = job.program;
  const ends = ready.map((one) => componentEnd(job, one, outputs, sealer));
  return {
    kind: 'completed',
    components: ends.flatMap(({ delivered }) => (delivered ? [delivered] : [])),
    ...ends.find(({ result }) => result !== undefined),
    ...(productId === undefined ? {} : { productId }),
    lookAgain,
  };
}

/** What an action answers to whoever pressed it, and what it leaves on the service: what `leaving` made of both. */
function parted(output: unknown): { readonly answer: Json | undefined; readonly left: unknown } {
  if (typeof output === 'object' && output !== null && '$leaves' in output) {
    const { $leaves: left, answer } = output as Leaving;
    return { answer, left };
  }
  return { answer: output === null ? undefined : (output as Json | undefined), left: undefined };
}

interface ComponentEnd {
  readonly delivered?: DeliveredComponent;
  readonly result?: Json;
}

function componentEnd(job: Job, ready: ReadyComponent, outputs: ReadonlyMap<string, unknown>, sealer: Sealer): ComponentEnd {
  const { component, module, input } = ready;
  const { name } = component;
  const output = outputs.get(name);
  const { answer, left: changed } = component.input === undefined ? { answer: undefined, left: output } : parted(output);
  if (holdsSecret(answer)) throw new Error(`${job.operation} of '${name}' answered a secret`);
  const told: ComponentEnd = answer === undefined ? {} : { result: answer };
  // A job of the installation has no service to leave anything on.
  if (job.serviceId === null) return told;
  const place = `service/${job.serviceId}/${name}`;
  const inputs = inputsOf(ready, outputs);
  const left = (remoteId: string, properties: JsonObject): ComponentEnd => ({
    ...told,
    delivered: {
      name,
      remoteId,
      properties: sealer.seal(module.checkProperties(properties), place) as JsonObject,
      ...module.dates({ ...(input['product'] as JsonObject), ...inputs?.product }, properties),
      ...(component.previous === undefined ? {} : { settings: component.product }),
      ...(inputs === undefined ? {} : { inputs: sealer.seal(inputs as unknown as Json, `${place}/inputs`) as JsonObject }),
    },
  });
  const { remoteId, ...properties } = (changed ?? {}) as JsonObject;
  if (job.operation === 'create') {
    if (typeof remoteId !== 'string' || remoteId === '') throw new Error(`create of '${name}' answered no remoteId`);
    return left(remoteId, properties);
  }
  if (Object.keys(properties).length === 0 && component.previous === undefined) return told;
  if (typeof input['remoteId'] !== 'string') throw new Error(`${job.operation} changed '${name}', which was never delivered`);
  return left(input['remoteId'], { ...(input['properties'] as JsonObject), ...properties });
}
