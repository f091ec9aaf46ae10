import { createHash } from 'node:crypto';
import { afterEach } from '@jest/globals';
import type { DnsRecordInput, DnsRecordRemoval, Json, JsonObject, Operation, OperationShape, SubOperation } from '@hostwright/sdk';
import {
  putControl,
  runOperation,
  startNameServer,
  testCtx,
  type NameServer,
  type InspectedSandbox,
  type RunOptions,
  type TestCtxOptions,
} from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';

export interface Stage {
  readonly sandbox: InspectedSandbox;
  readonly names: NameServer;
  /** The connected dns module, whose records the name server answers. */
  readonly answer: (call: SubOperation<unknown>) => Json | undefined;
  /** Name → content of the records that stand. */
  readonly zone: Map<string, string>;
}

let stages: Stage[] = [];
afterEach(async () => {
  await Promise.all(stages.flatMap(({ sandbox, names }) => [sandbox.stop(), names.stop()]));
  stages = [];
});

/** Sectigo with a name server that it validates by. */
export async function aStage(speed = 0.00001): Promise<Stage> {
  const [started, names] = await Promise.all([sandboxDefinition.start({ speed }), startNameServer()]);
  const sandbox = started as InspectedSandbox;
  await putControl(sandbox, '/name-server', { address: names.address });
  const zone = new Map<string, string>();
  const answer = (call: SubOperation<unknown>): undefined => {
    const { name, type, content } = call.input as DnsRecordInput & DnsRecordRemoval;
    if (call.operation === 'ensureRecord') zone.set(name, content);
    else zone.delete(name);
    names.set(name, type, call.operation === 'ensureRecord' ? [content] : []);
  };
  const stage = { sandbox, names, answer, zone };
  stages.push(stage);
  return stage;
}

/** Another one each time, as in the panel: what two orders have in common would be found out. */
let drawn = 0;
const random = {
  integer: (below: number) => (drawn += 1) % below,
  hex: (bytes: number) =>
    createHash('sha512')
      .update(String((drawn += 1)))
      .digest('hex')
      .slice(0, 2 * bytes),
};

export function run<Shape extends OperationShape>(
  { sandbox, answer }: Stage,
  operation: Operation<Shape>,
  input: JsonObject,
  options: RunOptions & TestCtxOptions = {},
) {
  const ctx = { ...testCtx({ deadlineMs: 400, ...options }), random };
  return runOperation(operation, { ctx, server: sandbox.server, product: sandbox.product, ...input } as never, {
    answer,
    attempts: 6,
    pauseMs: 10,
    ...options,
  });
}
