import { deepStrictEqual, fail, ok } from 'node:assert/strict';
import { failureOf, RunFailed, type RunOptions } from '../running/index.js';
import { passingFaults, type FaultKind, type SandboxCall } from '../sandbox.js';
import { changesSomething, isVerb, operationsOf, wholeLife, type ConformanceCase, type LifeStep } from './case.js';
import { Life, type Deed } from './life.js';

/** What Jest and the like put into the global scope. */
interface TestRunner {
  describe(name: string, tests: () => void): void;
  it(name: string, test: () => Promise<void>, timeoutMs?: number): void;
}

const lifeTimeoutMs = 120_000;
/** More would make the provider seem silent to those that wait for their turn. */
const livesAtOnce = 3;

/** What a caller may be answered while a call works, works late, or does not; the one that takes longest first. */
const passing: readonly FaultKind[] = ['hang', 'late_success', ...passingFaults];

/** How a read can fail. */
const unreadable: readonly FaultKind[] = ['error_before', 'error_after', 'lost_reply', 'too_many_requests', 'malformed', 'wrong_shape'];

/** Shorter than the pause before the panel looks again: what happens after that no client can tell from what will never happen. */
const lateByMs = 1;

/**
 * Plays a service's life against the module's own sandbox, undisturbed, and then again under every fault and with a crash in every
 * step: each operation and action must come to the same answer and leave the same things at the provider, ours and complete.
 */
export function describeProvisioning(id: string, conformance: ConformanceCase): void {
  const { describe, it } = globalThis as unknown as TestRunner;
  let undisturbed: Promise<readonly Deed[]> | undefined;
  const reference = (): Promise<readonly Deed[]> => (undisturbed ??= play(conformance, () => ({})));

  describe(`the conformance of ${id}`, () => {
    it(
      'covers every operation and action',
      async () => {
        const played = new Set(conformance.life.map(({ operation }) => operation));
        deepStrictEqual(
          operationsOf(conformance).filter((name) => !played.has(name)),
          [],
          'not in its life',
        );
        await reference();
      },
      lifeTimeoutMs,
    );

    it(
      'leaves nothing behind, and what it makes bears the owner mark',
      async () => {
        const deeds = await reference();
        deepStrictEqual(deeds.at(-1)?.ledger, []);
        const ctx = conformance.ctx({});
        const marks = [ctx.owner, (await ctx.customer()).mark];
        for (const { operation, ledger } of deeds) {
          const strangers = ledger.filter((entry) => entry.owner !== undefined && !marks.includes(entry.owner));
          deepStrictEqual(strangers, [], `after ${operation}`);
        }
      },
      lifeTimeoutMs,
    );

    // All begin with the first of them: what a silent provider costs passes beside the others.
    let disturbed: ReadonlyMap<FaultKind, Promise<unknown>> | undefined;
    const livesUnderFaults = (deeds: readonly Deed[]) =>
      (disturbed ??= sideBySide(passing, (kind) =>
        play(
          conformance,
          (_step, index, life) => {
            for (const call of changingCalls(conformance, deeds[index])) life.sandbox.fault({ kind, ...call, delayMs: lateByMs });
            return {};
          },
          deeds,
        ),
      ));
    for (const kind of passing) {
      it(
        `comes to the same when every call that changes something shows ${kind} once`,
        async () => void (await livesUnderFaults(await reference()).get(kind)),
        lifeTimeoutMs,
      );
    }

    it(
      'comes to the same when every read fails once, in whatever way',
      async () => {
        const deeds = await reference();
        await allLived(
          sideBySide(unreadable, (kind) =>
            play(
              conformance,
              (_step, index, life) => {
                for (const call of readingCalls(conformance, deeds[index])) life.sandbox.fault({ kind, ...call });
                return {};
              },
              deeds,
            ),
          ),
        );
      },
      lifeTimeoutMs,
    );

    it(
      'comes to the same when the panel dies after any of its calls',
      async () => {
        const deeds = await reference();
        const most = Math.max(...deeds.map(({ begun }) => begun.length));
        const places = Array.from({ length: most }, (_, place) => place);
        await allLived(sideBySide(places, (place) => play(conformance, (_step, index) => crashAt(deeds[index]?.begun[place]), deeds)));
      },
      lifeTimeoutMs,
    );

    it(
      'changes nothing when a verb is repeated',
      async () => {
        await withLife(conformance, async (life) => {
          for (const step of wholeLife(conformance)) {
            const { ledger } = await life.do(step);
            if (!isVerb(step.operation) && step.operation !== 'terminate') continue;
            deepStrictEqual((await life.do(step)).ledger, ledger, `after ${step.operation} twice`);
          }
        });
      },
      lifeTimeoutMs,
    );

    it(
      'touches nothing that bears another mark',
      async () => {
        await withLife(conformance, async (life) => {
          for (const step of wholeLife(conformance)) {
            if (step.operation !== 'create') await refuseStrangers(conformance, life, step);
            await life.do(step);
          }
        });
      },
      lifeTimeoutMs,
    );
  });
}

/** Lives by their causes, each at a sandbox of its own and a few of them at once: while one waits, others go on. */
function sideBySide<T>(causes: readonly T[], live: (cause: T) => Promise<unknown>): ReadonlyMap<T, Promise<unknown>> {
  const waiting: (() => Promise<unknown>)[] = [];
  const lives = new Map(
    causes.map((cause) => {
      const life = new Promise((resolve, reject) => waiting.push(() => live(cause).then(resolve, reject)));
      life.catch(() => undefined); // told to whoever asks for it
      return [cause, life];
    }),
  );
  const lane = async (): Promise<void> => {
    while (waiting.length > 0) await waiting.shift()!();
  };
  for (let lanes = 0; lanes < livesAtOnce; lanes += 1) void lane();
  return lives;
}

/** All of them to their end. Fails as the first that failed. */
async function allLived(lives: ReadonlyMap<unknown, Promise<unknown>>): Promise<void> {
  await Promise.allSettled(lives.values());
  await Promise.all(lives.values());
}

/** One life from beginning to end. `prepare` is asked before each deed; with `expected` each must come to the same. */
async function play(
  conformance: ConformanceCase,
  prepare: (step: LifeStep, index: number, life: Life) => RunOptions,
  expected?: readonly Deed[],
): Promise<readonly Deed[]> {
  const deeds: Deed[] = [];
  await withLife(conformance, async (life) => {
    for (const [index, step] of wholeLife(conformance).entries()) {
      const options = prepare(step, index, life);
      const deed = await life.do(step, options).catch((error: unknown) => fail(`${step.operation}: ${said(error)}`));
      life.sandbox.clearFaults();
      deeds.push(deed);
      const same = expected?.[index];
      if (same === undefined) continue;
      deepStrictEqual(deed.ledger, same.ledger, `what ${step.operation} left`);
      deepStrictEqual(deed.output, same.output, `what ${step.operation} answered`);
    }
  });
  return deeds;
}

async function withLife(conformance: ConformanceCase, act: (life: Life) => Promise<void>): Promise<void> {
  const life = await Life.begin(conformance);
  try {
    await act(life);
    deepStrictEqual(life.sandbox.violations(), []);
  } finally {
    await life.sandbox.stop();
  }
}

/** Every thing that is read bears a stranger's mark. What reads nothing may succeed; whatever reads must refuse. */
async function refuseStrangers(conformance: ConformanceCase, life: Life, step: LifeStep): Promise<void> {
  const before = life.sandbox.ledger();
  const seen = life.sandbox.calls().length;
  life.sandbox.fault({ kind: 'wrong_owner', times: 100_000 });
  const outcome = await failureOf(life.do(step)).catch(() => undefined);
  life.sandbox.clearFaults();
  const calls = life.sandbox.calls().slice(seen);
  deepStrictEqual(life.sandbox.ledger(), before, `what ${step.operation} left of somebody else's`);
  deepStrictEqual(
    calls.filter((call) => changesSomething(conformance, call)),
    [],
    `what ${step.operation} did to somebody else's`,
  );
  if (calls.length > 0) ok(outcome instanceof RunFailed && outcome.code === 'not_owned', `${step.operation} was not refused as not_owned`);
}

function crashAt(step: string | undefined): RunOptions {
  return step === undefined ? {} : { crashAfterCall: step };
}

type CallPattern = { readonly method: string; readonly path: string };

/** The calls of an undisturbed deed that change something, each once. */
function changingCalls(conformance: ConformanceCase, deed: Deed | undefined): readonly CallPattern[] {
  return patternsOf((deed?.calls ?? []).filter((call) => changesSomething(conformance, call)));
}

function readingCalls(conformance: ConformanceCase, deed: Deed | undefined): readonly CallPattern[] {
  return patternsOf((deed?.calls ?? []).filter((call) => !changesSomething(conformance, call)));
}

/** Numbers and digests in a path differ from life to life. */
function patternsOf(calls: readonly SandboxCall[]): readonly CallPattern[] {
  const patterns = calls.map(({ method, path }) => ({ method, path: patternOf(path) }));
  return [...new Map(patterns.map((call) => [`${call.method} ${call.path}`, call])).values()];
}

function patternOf(path: SandboxCall['path']): string {
  const literal = path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return `^${literal.replace(/[0-9a-fA-F]{8,}|\d+/g, (part) => (/^\d{1,7}$/.test(part) ? '\\d+' : '[0-9a-fA-F]+'))}$`;
}

function said(error: unknown): string {
  const cause = error instanceof RunFailed ? error.cause : error;
  return cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
}
