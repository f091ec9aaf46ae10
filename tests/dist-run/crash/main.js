import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedServer } from '@hostwright/platform';
import { choices, shuffled } from './choices.js';
import { idOf, runOf } from './crash-run.js';
import { discover } from './discovery.js';
import { Installation } from './installation.js';
import { KillRounds } from './kill-rounds.js';
import { help, readOptions } from './options.js';
import { complaintOf, failureLines, inapplicableLines, verdictLine } from './report.js';
import { sweep } from './sweep.js';
const begun = Date.now();
const say = (line) => console.log(`[${((Date.now() - begun) / 1000).toFixed(0).padStart(4)} s] ${line}`);
async function runSweep(options) {
    const folder = mkdtempSync(join(tmpdir(), 'hostwright-crash-'));
    const server = await EmbeddedServer.start({ dataDir: folder, throwAway: true });
    const installation = await Installation.open({ databaseUrl: server.connectionString, shops: 4 });
    const rounds = new KillRounds(installation);
    const choose = choices(options.seed);
    try {
        const atlas = await discover(installation, rounds, { choose }, say);
        const { runs, inapplicable } = atlas.matrix();
        if (options.list) {
            for (const run of runs)
                console.log(idOf(run));
            for (const run of inapplicable)
                console.log(`inapplicable: ${idOf(run)}`);
            return true;
        }
        const only = options.only.map(runOf);
        const chosen = only.length > 0 ? only : options.sample === undefined ? runs : shuffled(runs, choose).slice(0, options.sample);
        say(`${runs.length} runs in the matrix, ${chosen.length} of them now; seed ${options.seed}`);
        const outcome = await sweep(installation, rounds, atlas, chosen, { choose, progress: say, whole: chosen === runs });
        const failed = outcome.runs.filter((one) => complaintOf(one) !== undefined);
        const left = atlas.matrix().inapplicable;
        if (chosen === runs) {
            console.log(`inapplicable: ${left.length}, boundaries that do not lie on the way with that answer:`);
            for (const line of inapplicableLines(left))
                console.log(line);
        }
        for (const line of failureLines(outcome.runs, (id) => `npm run test:crash -- --only '${id}'`))
            console.log(line);
        for (const { kind, what } of outcome.strays)
            console.log(`FAILED beside the runs: ${kind}: ${what}`);
        if (failed.length > 0)
            for (const line of installation.lines.slice(-20))
                console.log(line);
        say(`${outcome.kills} workers killed`);
        console.log(verdictLine(outcome.runs.length - failed.length, outcome.runs.length, [...outcome.runs.map(({ flaws }) => flaws), outcome.strays]));
        return failed.length === 0 && outcome.strays.length === 0;
    }
    finally {
        await rounds.close();
        await installation.close();
        await server.destroy();
        rmSync(folder, { recursive: true, force: true });
    }
}
const options = readOptions(process.argv.slice(2), process.env);
if (options.help)
    console.log(help);
else {
    const passed = await runSweep(options);
    process.exit(passed ? 0 : 1);
}
//# sourceMappingURL=main.js.map