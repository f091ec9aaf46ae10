import { join } from 'node:path';
import { readCases, type SweepCase } from '../cases.js';
import { choices } from '../choices.js';
import { isOfMatrix, runOf, type CrashRun } from '../crash-run.js';
import { Installation, root } from '../installation.js';
import { KillRounds } from '../kill-rounds.js';
import type { Options } from '../options.js';
import type { OwnDatabase } from '../own-database.js';
import { lineOf, verdictOn, type PartVerdict } from '../part-verdict.js';
import { impossibleHere } from '../providers.js';
import { askingOf, complaintOf, verdictLine } from '../report.js';
import type { Flaw } from '../verdict.js';
import { coverageLine } from './coverage.js';
import { begunSteps, declaredSteps, type DeclaredStep } from './declared-steps.js';
import { livesOf, unswept } from './lives.js';
import { OperationsSweep, type OperationsOutcome } from './operations-sweep.js';

/** Sandboxes of each provider, so that a permit there is one of does not make all jobs stand in one line. */
const shops = 6;

export interface Surroundings {
  readonly server: OwnDatabase;
  readonly say: (line: string) => void;
  /** What is to be closed should everything end early. */
  readonly open: Set<() => Promise<void>>;
}

/** The verdict on everything else that is done with a service, case by case. */
export async function runOperations(options: Options, { server, say, open }: Surroundings): Promise<readonly PartVerdict[]> {
  const only = options.only.map(runOf).filter((run) => !isOfMatrix(run));
  const all = readCases(root);
  const cases = all.filter(({ name }) => isWanted(name, options.cases, only));
  if (cases.length === 0) throw new TypeError(`--case: there is no case '${options.cases.join("', '")}'`);
  const verdicts: PartVerdict[] = [];
  const lines: string[] = [];
  const steps = { declared: new Set<DeclaredStep>(), begun: new Set<DeclaredStep>() };
  for (const sold of cases) {
    const impossible = await impossibleHere(sold, join(root, 'extensions'));
    if (impossible !== undefined) {
      lines.push(`${sold.name}: skipped, ${impossible}`);
      continue;
    }
    const begun = Date.now();
    const outcome = await sweepCase(sold, { options, only, server, say, open, all, first: cases[0], steps });
    verdicts.push(outcome.verdict);
    const seconds = ((Date.now() - begun) / 1000).toFixed(0);
    lines.push(`${sold.name}: ${lineOf(outcome.verdict)}; ${outcome.coverage}${outcome.kills} workers killed, ${seconds} s`);
  }
  const missing = [...steps.declared].filter((step) => !steps.begun.has(step));
  if (missing.length > 0 && options.sample === undefined && cases.length === all.length)
    lines.push(`no service of any case comes to ${missing.length} of ${steps.declared.size} steps: ${missing.join(', ')}`);
  for (const line of lines) say(line);
  return verdicts;
}

interface CaseWork extends Surroundings {
  readonly options: Options;
  readonly only: readonly CrashRun[];
  readonly all: readonly SweepCase[];
  readonly first: SweepCase | undefined;
  readonly steps: { readonly declared: Set<DeclaredStep>; readonly begun: Set<DeclaredStep> };
}

async function sweepCase(
  sold: SweepCase,
  { options, only, server, say, open, all, first, steps }: CaseWork,
): Promise<{ readonly verdict: PartVerdict; readonly coverage: string; readonly kills: number }> {
  const { sample, pairs, seed } = options;
  const installation = await Installation.open({
    databaseUrl: await server.newDatabase(),
    cases: [sold],
    shops: sample === undefined && only.length === 0 ? shops : 1,
  });
  const close: (() => Promise<void>)[] = [() => installation.close()];
  const closeCase = async (): Promise<void> => {
    for (const one of close.splice(0).reverse()) await one();
  };
  open.add(closeCase);
  try {
    const rounds = new KillRounds(installation);
    close.push(() => rounds.close());
    const { loader } = installation.provisioning;
    const forgotten = sold === first ? unswept(all, loader) : [];
    if (forgotten.length > 0) say(`installed, and in no case: ${forgotten.join(', ')}`);
    say(`the operations of ${sold.name}; seed ${seed}`);
    const sweep = new OperationsSweep(installation, rounds, livesOf(sold, loader), {
      only: only.filter(({ scenario }) => isOfCase(scenario, sold.name)),
      sample,
      pairs,
      atOnce: sold.atOnce,
      choose: choices(seed),
      progress: say,
    });
    const outcome = await sweep.run();
    for (const step of declaredSteps(sold, loader)) steps.declared.add(step);
    for (const step of begunSteps(sold, sweep.atlas)) steps.begun.add(step);
    for (const line of operationLines(outcome)) console.log(line);
    const verdict = verdictOn(outcome, 'npm run test:operations', installation.lines);
    return { verdict, coverage: coverageOf(outcome), kills: outcome.kills };
  } finally {
    if (open.delete(closeCase)) await closeCase();
  }
}

const isOfCase = (scenario: string, name: string): boolean => scenario.startsWith(`${name}: `);

function isWanted(name: string, names: readonly string[], only: readonly CrashRun[]): boolean {
  if (names.length > 0 && !names.includes(name)) return false;
  return only.length === 0 || only.some(({ scenario }) => isOfCase(scenario, name));
}

/** A line for each operation. */
function operationLines(outcome: OperationsOutcome): string[] {
  const scenarios = [...new Set(outcome.runs.map(({ run }) => run.scenario))].sort();
  return scenarios.map((scenario) => {
    const some = outcome.runs.filter(({ run }) => run.scenario === scenario);
    const failed = some.filter((one) => complaintOf(one) !== undefined).length;
    const flaws: (readonly Flaw[])[] = some.map((one) => one.flaws);
    const verdict = verdictLine(some.length - failed, some.length, flaws, askingOf(some));
    return `${scenario}: ${verdict}; ${coverageOf(outcome, scenario)}`.replace(/; $/, '');
  });
}

function coverageOf({ runs, chosen }: OperationsOutcome, scenario?: string): string {
  if (!chosen) return '';
  const tried = runs.map(({ run }) => run);
  const line = coverageLine(chosen, tried, chosen.answers, scenario);
  return scenario === undefined ? `${line}; ` : line;
}
