import { afterEach } from '@jest/globals';
import type { DnsRecordInput, DnsRecordRemoval, Json, JsonObject, Operation, OperationShape, SubOperation } from '@hostwright/sdk';
import {
  putControl,
  runOperation,
  startNameServer,
  testCtx,
  type NameServer,
  type RunningSandbox,
  type RunOptions,
  type TestCtxOptions,
} from '@hostwright/sdk-testing';
import sandboxDefinition from '../sandbox/index.js';

export interface Stage {
  readonly sandbox: RunningSandbox;
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

/** GoGetSSL with a name server that it validates by. */
export async function aStage(speed = 0.0005): Promise<Stage> {
  const [sandbox, names] = await Promise.all([sandboxDefinition.start({ speed }), startNameServer()]);
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

export function run<Shape extends OperationShape>(
  { sandbox, answer }: Stage,
  operation: Operation<Shape>,
  input: JsonObject,
  options: RunOptions & TestCtxOptions = {},
) {
  const ctx = testCtx({ deadlineMs: 400, ...options });
  return runOperation(operation, { ctx, server: sandbox.server, product: sandbox.product, ...input } as never, {
    answer,
    attempts: 6,
    pauseMs: 10,
    ...options,
  });
}
