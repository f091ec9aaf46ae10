import type { Atlas } from './atlas.js';
import { readCases } from './cases.js';
import { choices, shuffled } from './choices.js';
import { idOf, isOfMatrix, runOf } from './crash-run.js';
import { discover } from './discovery.js';
import { Installation, root } from './installation.js';
import { KillRounds } from './kill-rounds.js';
import { coverageLine, livesOf, OperationsSweep, unswept, type OperationsOutcome } from './operations/index.js';
import { help, readOptions, type Options } from './options.js';
import { OwnDatabase } from './own-database.js';
import { complaintOf, failureLines, inapplicableLines, verdictLine } from './report.js';
import { emptiedRedis, pausedWorker, runStorm, stoppedDatabase, type Storm } from './storms/index.js';
import { sweep } from './sweep.js';
import type { Flaw } from './verdict.js';

const begun = Date.now();
const say = (line: string): void => console.log(`[${((Date.now() - begun) / 1000).toFixed(0).padStart(4)} s] ${line}`);

/** Discovery kills nobody at work: on a busy machine nobody shall lose a lease either, or accidents would be taken for ways. */
const calmLeaseMs = 30_000;

/** Whatever happens, no server and no process of ours is left running. */
const open = new Set<() => Promise<void>>();

let closing: Promise<void> | undefined;

/** Once, however many ask for it: whoever ends the process waits for it. */
function closeEverything(): Promise<void> {
  closing ??= (async () => {
    // One that cannot be closed, as its worker or its database is gone, must not leave the others open.
    for (const close of [...open].reverse()) await close().catch((error: unknown) => console.error(error));
  })();
  return closing;
}

/** What a part of the sweep has come to. */
interface Verdict {
  readonly passed: number;
  readonly of: number;
  readonly flaws: readonly (readonly Flaw[])[];
  readonly stray: boolean;
}

/** The verdict on the matrix; undefined when it was only to be listed. */
async function runMatrix(server: OwnDatabase, options: Options): Promise<Verdict | undefined> {
  const installation = await Installation.open({ databaseUrl: await server.newDatabase(), shops: options.sample === undefined ? 8 : 1 });
  open.add(() => installation.close());
  const rounds = new KillRounds(installation);
  open.add(() => rounds.close());
  const calmRounds = new KillRounds(installation, calmLeaseMs);
  open.add(() => calmRounds.close());
  const choose = choices(options.seed);
  const atlas = await discover(installation, calmRounds, { choose, every: options.sample === undefined && options.only.length === 0 }, say);
  if (options.list) return list(atlas);
  const { runs } = atlas.matrix();
  const only = options.only.map(runOf).filter(isOfMatrix);
  const whole = only.length === 0 && options.sample === undefined;
  const chosen = only.length > 0 ? only : whole ? runs : shuffled(runs, choose).slice(0, options.sample);
  say(`${runs.length} runs in the matrix, ${chosen.length} of them now; seed ${options.seed}`);
  const outcome = await sweep(installation, rounds, atlas, chosen, { choose, progress: say });
  if (whole) {
    const { inapplicable } = atlas.matrix();
    say(
      `${inapplicable.length} inapplicable: boundaries that do not lie, or only by chance, on the way of a job whose provider answers so`,
    );
    for (const line of inapplicableLines(inapplicable)) console.log(line);
  }
  say(`the matrix: ${outcome.kills} workers killed`);
  return verdictOn(outcome, installation);
}

/** Names every failure. */
function verdictOn({ runs, strays }: Pick<OperationsOutcome, 'runs' | 'strays'>, { lines }: Installation): Verdict {
  const failed = runs.filter((one) => complaintOf(one) !== undefined);
  for (const line of failureLines(runs, (id) => `npm run test:crash -- --only '${id}'`)) console.log(line);
  for (const { kind, what } of strays) console.log(`FAILED beside the runs: ${kind}: ${what}`);
  if (failed.length > 0) for (const line of lines.slice(-20)) console.log(line);
  const flaws = [...runs.map((run) => run.flaws), strays];
  return { passed: runs.length - failed.length, of: runs.length, flaws, stray: strays.length > 0 };
}

/** The verdict on everything else that is done with a service; undefined when there was nothing to try. */
async function runOperations(server: OwnDatabase, options: Options): Promise<Verdict | undefined> {
  const cases = readCases(root).filter(({ name }) => options.cases.length === 0 || options.cases.includes(name));
  if (cases.length === 0) throw new TypeError(`--case: there is no case '${options.cases.join("', '")}'`);
  const installation = await Installation.open({
    databaseUrl: await server.newDatabase(),
    cases,
    shops: options.sample === undefined && options.only.length === 0 ? 6 : 1,
  });
  open.add(() => installation.close());
  const deadly = new KillRounds(installation);
  open.add(() => deadly.close());
  const calm = new KillRounds(installation, calmLeaseMs);
  open.add(() => calm.close());
  const { loader } = installation.provisioning;
  const forgotten = unswept(readCases(root), loader);
  if (forgotten.length > 0) say(`installed, and in no case: ${forgotten.join(', ')}`);
  const lives = cases.flatMap((one) => livesOf(one, loader));
  say(`the operations of ${cases.map(({ name }) => name).join(', ')}; seed ${options.seed}`);
  const outcome = await new OperationsSweep(installation, { calm, deadly }, lives, {
    only: options.only.map(runOf).filter((run) => !isOfMatrix(run)),
    sample: options.sample,
    pairs: options.pairs,
    choose: choices(options.seed),
    progress: say,
  }).run();
  for (const line of operationLines(outcome)) console.log(line);
  say(`the operations: ${outcome.kills} workers killed`);
  return verdictOn(outcome, installation);
}

/** A line for each operation, and one for all of them. */
function operationLines({ runs, strays, chosen }: OperationsOutcome): string[] {
  const line = (name: string, some: typeof runs, more: readonly Flaw[], scenario?: string): string => {
    const failed = some.filter((one) => complaintOf(one) !== undefined).length;
    const verdict = verdictLine(some.length - failed, some.length, [...some.map((one) => one.flaws), more]);
    const tried = some.map(({ run }) => run);
    return `${name}: ${verdict}${chosen ? `; ${coverageLine(chosen, tried, chosen.answers, scenario)}` : ''}`;
  };
  const scenarios = [...new Set(runs.map(({ run }) => run.scenario))].sort();
  return [
    ...scenarios.map((scenario) => {
      const some = runs.filter(({ run }) => run.scenario === scenario);
      return line(scenario, some, [], scenario);
    }),
    line('the operations', runs, strays),
  ];
}

function list(atlas: Atlas): undefined {
  const { runs, inapplicable } = atlas.matrix();
  for (const run of runs) console.log(idOf(run));
  for (const run of inapplicable) console.log(`inapplicable: ${idOf(run)}`);
}

async function runStorms(server: OwnDatabase, { jobs, together }: Options): Promise<boolean> {
  const storms = [pausedWorker, emptiedRedis, stoppedDatabase];
  const run = (storm: Storm): Promise<boolean> => runStorm(storm, { server, count: jobs, brief: together, say, closing: open });
  if (together) return (await Promise.all(storms.map(run))).every(Boolean);
  let passed = true;
  for (const storm of storms) passed = (await run(storm)) && passed;
  return passed;
}

async function runAll(options: Options): Promise<boolean> {
  const server = await OwnDatabase.start();
  open.add(() => server.remove());
  const calm = !options.storms || (await runStorms(server, options));
  const wanted = options.only.map(runOf);
  const verdicts: (Verdict | undefined)[] = [];
  if (wanted.length > 0 ? wanted.some(isOfMatrix) : options.sweep) verdicts.push(await runMatrix(server, options));
  if (wanted.length > 0 ? !wanted.every(isOfMatrix) : options.operations && !options.list)
    verdicts.push(await runOperations(server, options));
  await closeEverything();
  const given = verdicts.filter((one) => one !== undefined);
  if (given.length === 0) return calm;
  const sum = (numbers: readonly number[]): number => numbers.reduce((whole, one) => whole + one, 0);
  const [passed, of] = [sum(given.map((one) => one.passed)), sum(given.map((one) => one.of))];
  console.log(
    verdictLine(
      passed,
      of,
      given.flatMap(({ flaws }) => flaws),
    ),
  );
  return calm && passed === of && given.every(({ stray }) => !stray);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void closeEverything().finally(() => process.exit(130)));
const options = readOptions(process.argv.slice(2), process.env);
if (options.help) console.log(help);
else {
  const passed = await runAll(options).finally(closeEverything);
  process.exit(passed ? 0 : 1);
}
