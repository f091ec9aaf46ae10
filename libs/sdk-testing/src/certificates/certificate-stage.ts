import { createHash } from 'node:crypto';
import type { DnsRecordInput, DnsRecordRemoval, Json, JsonObject, Operation, OperationShape, Random, SubOperation } from '@hostwright/sdk';
import { putControl } from '../control.js';
import { testCtx, type TestCtxOptions } from '../ctx/index.js';
import { startNameServer, type NameServer } from '../dns/index.js';
import type { InspectedSandbox } from '../http/index.js';
import { runOperation, type Run, type RunOptions } from '../running/index.js';
import type { Sandbox } from '../sandbox.js';

/** The sandbox of one who sells certificates, with a name server that it validates by. */
export interface CertificateStage {
  readonly sandbox: InspectedSandbox;
  readonly names: NameServer;
  /** Name → content of the records that stand. */
  readonly zone: Map<string, string>;
  /** The connected dns module, whose records the name server answers. */
  answer(call: SubOperation<unknown>): Json | undefined;
  readonly random: Random;
  stop(): Promise<void>;
}

/** `sandbox` takes the control call `PUT /name-server` `{ address }`, and looks up there what it validates. */
export async function startCertificateStage(definition: Sandbox, speed: number): Promise<CertificateStage> {
  const [started, names] = await Promise.all([definition.start({ speed }), startNameServer()]);
  // As every sandbox of this kit.
  const sandbox = started as InspectedSandbox;
  await putControl(sandbox, '/name-server', { address: names.address });
  const zone = new Map<string, string>();
  const answer = (call: SubOperation<unknown>): undefined => {
    const { name, type, content } = call.input as DnsRecordInput & DnsRecordRemoval;
    if (call.operation === 'ensureRecord') zone.set(name, content);
    else zone.delete(name);
    names.set(name, type, call.operation === 'ensureRecord' ? [content] : []);
  };
  return {
    sandbox,
    names,
    zone,
    answer,
    random: anotherEachTime(),
    stop: async () => void (await Promise.all([sandbox.stop(), names.stop()])),
  };
}

/** Runs an operation there as `runOperation` does, a little more patiently. `input`: what it is given beside the sandbox's settings. */
export function runOnStage<Shape extends OperationShape>(
  { sandbox, answer, random }: Pick<CertificateStage, 'sandbox' | 'answer' | 'random'>,
  operation: Operation<Shape>,
  input: JsonObject,
  options: RunOptions & TestCtxOptions = {},
): Promise<Run<Shape['output']>> {
  const ctx = { ...testCtx({ deadlineMs: 400, ...options }), random };
  const given = { ctx, server: sandbox.server, product: sandbox.product, ...input };
  return runOperation(operation, given as never, { answer, attempts: 6, pauseMs: 10, ...options });
}

/** As in the panel: what two orders have in common would be found out. */
function anotherEachTime(): Random {
  let drawn = 0;
  return {
    integer: (below: number) => (drawn += 1) % below,
    hex: (bytes: number) =>
      createHash('sha512')
        .update(String((drawn += 1)))
        .digest('hex')
        .slice(0, 2 * bytes),
  };
}
