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
  try {
    for (const row of selected(all, options.only)) await row.run(bench);
  } finally {
    await bench.close();
  }
  const { held, of, aims } = tally(lines);
  if (!options.json) process.stdout.write(`\n${tableOf(lines)}\n\nheld ${held} of ${of}, aims met ${aims}\n`);
  process.exitCode = held === of ? 0 : 1;
}
