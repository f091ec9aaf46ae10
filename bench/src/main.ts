import { help, readOptions, selected } from './options.js';
import { tableOf, tally, type Line } from './report/index.js';
import { Bench, peerRows, rows } from './rows/index.js';

const options = readOptions(process.argv.slice(2));
const all = options.peers ? peerRows : rows;
if (options.help) {
  process.stdout.write(help);
} else if (options.list) {
  for (const { name, about } of all) process.stdout.write(`${name.padEnd(24)}${about}\n`);
} else {
  const lines: Line[] = [];
  const bench = new Bench({
    runs: 3,
    quick: options.quick,
    seconds: options.quick ? 1.5 : 3,
    emit: (line) => {
      lines.push(line);
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
    note: (text) => void (options.json || process.stderr.write(`${text}\n`)),
  });
  const broken: string[] = [];
  try {
    for (const row of selected(all, options.only)) {
      // The others are worth their figures all the same.
      await row.run(bench).catch((error: unknown) => {
        broken.push(row.name);
        console.error(`${row.name} could not be measured:`, error);
      });
    }
  } catch (error) {
    broken.push('');
    console.error(error instanceof Error ? error.message : error);
  } finally {
    await bench.close();
  }
  const { held, of, aims } = tally(lines);
  if (!options.json && lines.length > 0) process.stdout.write(`\n${tableOf(lines)}\n\nheld ${held} of ${of}, aims met ${aims}\n`);
  // Said aloud: the embedded server's own exit hook would end the process with 0.
  process.exit(held === of && broken.length === 0 ? 0 : 1);
}
