import { Atlas } from './atlas.js';
import { choices, shuffled } from './choices.js';
import { idOf, runOf } from './crash-run.js';
import { discover } from './discovery.js';
import { Installation } from './installation.js';
import { KillRounds } from './kill-rounds.js';
import { help, readOptions, type Options } from './options.js';
import { OwnDatabase } from './own-database.js';
import { complaintOf, failureLines, inapplicableLines, verdictLine } from './report.js';
import { emptiedRedis, pausedWorker, runStorm, stoppedDatabase, type Storm } from './storms/index.js';
import { sweep } from './sweep.js';

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

/** The verdict on the matrix; undefined when it was only to be listed. */
async function runSweep(server: OwnDatabase, options: Options): Promise<{ passed: boolean; line: string } | undefined> {
  const installation = await Installation.open({ databaseUrl: await server.newDatabase(), shops: options.sample === undefined ? 8 : 2 });
  open.add(() => installation.close());
  const rounds = new KillRounds(installation);
  open.add(() => rounds.close());
  const calmRounds = new KillRounds(installation, calmLeaseMs);
  open.add(() => calmRounds.close());
  const choose = choices(options.seed);
  const atlas = await discover(installation, calmRounds, { choose, every: options.sample === undefined && options.only.length === 0 }, say);
  if (options.list) return list(atlas);
  const { runs } = atlas.matrix();
  const only = options.only.map(runOf);
  const whole = only.length === 0 && options.sample === undefined;
  const chosen = only.length > 0 ? only : whole ? runs : shuffled(runs, choose).slice(0, options.sample);
  say(`${runs.length} runs in the matrix, ${chosen.length} of them now; seed ${options.seed}`);
  const outcome = await sweep(installation, rounds, atlas, chosen, { choose, progress: say });
  const failed = outcome.runs.filter((one) => complaintOf(one) !== undefined);
  if (whole) {
    const { inapplicable } = atlas.matrix();
    say(
      `${inapplicable.length} inapplicable: boundaries that do not lie, or only by chance, on the way of a job whose provider answers so`,
    );
    for (const line of inapplicableLines(inapplicable)) console.log(line);
  }
  for (const line of failureLines(outcome.runs, (id) => `npm run test:crash -- --only '${id}'`)) console.log(line);
  for (const { kind, what } of outcome.strays) console.log(`FAILED beside the runs: ${kind}: ${what}`);
  if (failed.length > 0) for (const line of installation.lines.slice(-20)) console.log(line);
  say(`the matrix: ${outcome.kills} workers killed`);
  const flaws = [...outcome.runs.map((run) => run.flaws), outcome.strays];
  return {
    passed: failed.length === 0 && outcome.strays.length === 0,
    line: verdictLine(outcome.runs.length - failed.length, outcome.runs.length, flaws),
  };
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
  const passed = !options.storms || (await runStorms(server, options));
  if (!options.sweep) return passed;
  const verdict = await runSweep(server, options);
  await closeEverything();
  if (verdict) console.log(verdict.line);
  return passed && verdict?.passed !== false;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void closeEverything().finally(() => process.exit(130)));
const options = readOptions(process.argv.slice(2), process.env);
if (options.help) console.log(help);
else {
  const passed = await runAll(options).finally(closeEverything);
  process.exit(passed ? 0 : 1);
}
