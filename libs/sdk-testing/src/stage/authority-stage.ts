import { createHash } from 'node:crypto';
import type { JsonObject, Operation, OperationShape, Random } from '@hostwright/sdk';
import { putControl } from '../control.js';
import { testCtx, type TestCtxOptions } from '../ctx/index.js';
import { playedDns, startNameServer, type NameServer, type PlayedDns } from '../dns/index.js';
import type { InspectedSandbox } from '../http/index.js';
import { runOperation, type Run, type RunOptions } from '../running/index.js';
import type { Sandbox } from '../sandbox.js';

/** A sandbox of an authority, the name server that it validates names by, and the dns module whose records that one answers. */
export interface AuthorityStage extends PlayedDns {
  readonly sandbox: InspectedSandbox;
  readonly names: NameServer;
}

export interface AuthorityStages {
  /** A new one, which ends with the test. `speed`: of the provider, see `SandboxOptions`. */
  aStage(speed?: number): Promise<AuthorityStage>;
  /** Runs an operation against it, with the settings that reach it, of a product whose names are wired; `input` may have others. */
  run<Shape extends OperationShape>(
    stage: AuthorityStage,
    operation: Operation<Shape>,
    input: JsonObject,
    options?: RunOptions & TestCtxOptions,
  ): Promise<Run<Shape['output']>>;
}

/** What Jest and the like put into the global scope. */
interface TestRunner {
  afterEach(end: () => Promise<void>): void;
}

/** For the tests of one extension that gets certificates from an authority. Its sandbox takes `PUT /name-server`: see `NameServerSwitch`. */
export function authorityStages(definition: Sandbox, usual: { readonly speed: number }): AuthorityStages {
  const open: AuthorityStage[] = [];
  (globalThis as unknown as TestRunner).afterEach(async () => {
    await Promise.all(open.splice(0).flatMap(({ sandbox, names }) => [sandbox.stop(), names.stop()]));
  });
  return {
    async aStage(speed = usual.speed) {
      const [sandbox, names] = await Promise.all([definition.start({ speed }), startNameServer()]);
      const stage = { sandbox: sandbox as InspectedSandbox, names, ...playedDns(names) };
      open.push(stage);
      await putControl(sandbox, '/name-server', { address: names.address });
      return stage;
    },
    run({ sandbox, answer }, operation, input, options = {}) {
      const ctx = { ...testCtx({ deadlineMs: 400, ...options }), random: neverTheSame };
      const args = { ctx, server: sandbox.server, product: sandbox.product, wired: ['names'], ...input };
      return runOperation(operation, args as never, { answer, attempts: 6, pauseMs: 10, ...options });
    },
  };
}

/** As in the panel, where what two orders have in common would be found out; `testCtx` draws the same for each. */
let drawn = 0;
const neverTheSame: Random = {
  integer: (below) => (drawn += 1) % below,
  hex: (bytes) =>
    createHash('sha512')
      .update(String((drawn += 1)))
      .digest('hex')
      .slice(0, 2 * bytes),
};
