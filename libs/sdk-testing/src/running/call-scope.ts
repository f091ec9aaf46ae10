import { AsyncLocalStorage } from 'node:async_hooks';
import type { Ctx } from '@hostwright/sdk';

const steps = new AsyncLocalStorage<string>();

/** Calls one of a step's functions, so that `ctx` works inside it. */
export function withinStep<T>(key: string, call: () => Promise<T>): Promise<T> {
  return steps.run(key, call);
}

/** The step whose function we are in, if any. */
export function currentStep(): string | undefined {
  return steps.getStore();
}

/** A `ctx` that works inside a step's functions and nowhere else: what stands between steps is replayed after a crash. */
export function onlyWithinSteps(ctx: Ctx): Ctx {
  const check = (what: string): void => {
    if (currentStep() === undefined) throw new Error(`ctx.${what} was used outside a step; between steps there is only pure code`);
  };
  return {
    ...ctx,
    fetch: (...given) => {
      check('fetch');
      return ctx.fetch(...given);
    },
    ssh: {
      run: (...given) => {
        check('ssh');
        return ctx.ssh.run(...given);
      },
    },
    resolve: (...given) => {
      check('resolve');
      return ctx.resolve(...given);
    },
    customer: async () => {
      check('customer');
      return ctx.customer();
    },
    now: () => {
      check('now');
      return ctx.now();
    },
    random: {
      integer: (below) => {
        check('random');
        return ctx.random.integer(below);
      },
      hex: (bytes) => {
        check('random');
        return ctx.random.hex(bytes);
      },
    },
  };
}
