import type { Json, JsonObject } from '@hostwright/sdk';
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

interface ComponentEnd {
  readonly delivered?: DeliveredComponent;
  readonly result?: Json;
}

function componentEnd(job: Job, ready: ReadyComponent, outputs: ReadonlyMap<string, unknown>, sealer: Sealer): ComponentEnd {
  const { component, module, input } = ready;
  const { name } = component;
  const output = outputs.get(name);
  if (component.input !== undefined) {
    if (holdsSecret(output as Json | undefined)) throw new Error(`${job.operation} of '${name}' answered a secret`);
    return output === undefined || output === null ? {} : { result: output as Json };
  }
  // A job of the installation has no service to leave anything on.
  if (job.serviceId === null) return {};
  const place = `service/${job.serviceId}/${name}`;
  const inputs = inputsOf(ready, outputs);
  const left = (remoteId: string, properties: JsonObject): ComponentEnd => ({
    delivered: {
      name,
      remoteId,
      properties: sealer.seal(module.checkProperties(properties), place) as JsonObject,
      ...(component.previous === undefined ? {} : { settings: component.product }),
      ...(inputs === undefined ? {} : { inputs: sealer.seal(inputs as unknown as Json, `${place}/inputs`) as JsonObject }),
    },
  });
  const { remoteId, ...properties } = (output ?? {}) as JsonObject;
  if (job.operation === 'create') {
    if (typeof remoteId !== 'string' || remoteId === '') throw new Error(`create of '${name}' answered no remoteId`);
    return left(remoteId, properties);
  }
  if (Object.keys(properties).length === 0 && component.previous === undefined) return {};
  if (typeof input['remoteId'] !== 'string') throw new Error(`${job.operation} changed '${name}', which was never delivered`);
  return left(input['remoteId'], { ...(input['properties'] as JsonObject), ...properties });
}
