import type { Atlas } from './atlas.js';
import { choices, shuffled } from './choices.js';
import { idOf, isOfMatrix, runOf } from './crash-run.js';
import { discover } from './discovery.js';
import { Installation } from './installation.js';
import { KillRounds } from './kill-rounds.js';
import { runOperations } from './operations/index.js';
import { help, readOptions, type Options } from './options.js';
import { OwnDatabase } from './own-database.js';
import { lineOf, sumOf, verdictOn, type PartVerdict } from './part-verdict.js';
import { inapplicableLines } from './report.js';
import { emptiedRedis, pausedWorker, runStorm, stoppedDatabase, type Storm } from './storms/index.js';
import { sweep } from './sweep.js';

const begun = Date.now();
const say = (line: string): void => console.log(`[${((Date.now() - begun) / 1000).toFixed(0).padStart(4)} s] ${line}`);

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

/** The verdict on the matrix; none when it was only to be listed. */
async function runMatrix(server: OwnDatabase, options: Options): Promise<readonly PartVerdict[]> {
  const installation = await Installation.open({ databaseUrl: await server.newDatabase(), shops: options.sample === undefined ? 8 : 1 });
  open.add(() => installation.close());
  const rounds = new KillRounds(installation);
  open.add(() => rounds.close());
  const choose = choices(options.seed);
  const atlas = await discover(installation, rounds, { choose, every: options.sample === undefined && options.only.length === 0 }, say);
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
  return [verdictOn(outcome, 'npm run test:crash', installation.lines)];
}

function list(atlas: Atlas): readonly PartVerdict[] {
  const { runs, inapplicable } = atlas.matrix();
  for (const run of runs) console.log(idOf(run));
  for (const run of inapplicable) console.log(`inapplicable: ${idOf(run)}`);
  return [];
}

async function runStorms(server: OwnDatabase, { jobs, together }: Options): Promise<boolean> {
  const storms = [pausedWorker, emptiedRedis, stoppedDatabase];
  const run = (storm: Storm) => (): Promise<boolean> => runStorm(storm, { server, count: jobs, brief: together, say, closing: open });
  return (await inTurnOr(together, storms.map(run))).every(Boolean);
}

/** One after the other, or all of them side by side. */
async function inTurnOr<T>(together: boolean, parts: readonly (() => Promise<T>)[]): Promise<T[]> {
  if (together) return Promise.all(parts.map((part) => part()));
  const done: T[] = [];
  for (const part of parts) done.push(await part());
  return done;
}

async function runAll(options: Options): Promise<boolean> {
  const server = await OwnDatabase.start();
  open.add(() => server.remove());
  const wanted = options.only.map(runOf);
  const parts: (() => Promise<readonly PartVerdict[]>)[] = [];
  if (wanted.length > 0 ? wanted.some(isOfMatrix) : options.sweep) parts.push(() => runMatrix(server, options));
  if (wanted.length > 0 ? !wanted.every(isOfMatrix) : options.operations && !options.list)
    parts.push(() => runOperations(options, { server, say, open }));
  const weather = (): Promise<boolean> => (options.storms ? runStorms(server, options) : Promise.resolve(true));
  const rest = async (): Promise<readonly PartVerdict[]> => (await inTurnOr(false, parts)).flat();
  // The storms mostly wait.
  const [calm, verdicts] = options.together ? await Promise.all([weather(), rest()]) : [await weather(), await rest()];
  await closeEverything();
  if (verdicts.length === 0) return calm;
  const whole = sumOf(verdicts);
  console.log(lineOf(whole));
  return calm && whole.passed === whole.of && !whole.stray;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void closeEverything().finally(() => process.exit(130)));
const options = readOptions(process.argv.slice(2), process.env);
if (options.help) console.log(help);
else {
  const passed = await runAll(options).finally(closeEverything);
  process.exit(passed ? 0 : 1);
}
