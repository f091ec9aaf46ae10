import { parseArgs } from 'node:util';
import { outcomeOf, runHistories, type Tally } from './run-histories.js';
import { simulate, type HistoryVerdict } from './simulate.js';

const help = `npm run test:simulation -- [options]

Plays seeded histories of the provisioning engine over a virtual clock, with crashes, lost answers and misbehaving providers, and holds
what the panel says at their end against what the providers have.

  --seeds N     how many histories (20000)
  --minutes M   play for that long instead
  --from S      the first seed (1)
  --random      a first seed of chance; it is printed
  --seed N      play one history and print everything that happens in it
  --json        say what they came to in one line of JSON, and nothing else
  --help`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    minutes: { type: 'string' },
    from: { type: 'string' },
    seed: { type: 'string' },
    random: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
});

if (values.help) console.log(help);
else if (values.seed !== undefined) process.exitCode = await replay(wholeNumber('seed', values.seed));
else process.exitCode = await playMany();

async function replay(seed: number): Promise<number> {
  const verdict = await simulate(seed, { trace: true });
  console.log(verdict.lines.join('\n'));
  console.log(`\n${verdict.events} events in ${Math.round(verdict.virtualMs / 1000)} s of virtual time`);
  if (verdict.violations.length === 0) console.log(`seed ${seed}: every promise was kept`);
  for (const { rule, what } of verdict.violations) console.log(`seed ${seed}: ${rule}: ${what}`);
  return verdict.violations.length === 0 ? 0 : 1;
}

async function playMany(): Promise<number> {
  const from = values.random ? Math.floor(Math.random() * 2 ** 40) : values.from === undefined ? 1 : wholeNumber('from', values.from);
  const wanted = values.minutes === undefined ? wholeNumber('seeds', values.seeds ?? '20000') : Infinity;
  const startedAt = performance.now();
  const until = values.minutes === undefined ? Infinity : startedAt + Number(values.minutes) * 60_000;
  if (!(until > startedAt)) throw new Error('--minutes is a number above 0');
  const say = values.json ? (): void => undefined : console.log;
  say(`histories from seed ${from}`);
  let nextLineAt = startedAt + 10_000;
  const tally = await runHistories(
    from,
    (played, failed) => {
      const now = performance.now();
      if (now > nextLineAt) {
        say(`${played} histories, ${failed} failed, ${Math.round(played / ((now - startedAt) / 60_000))} a minute`);
        nextLineAt = now + 10_000;
      }
      return played < wanted && now < until;
    },
    values.json ? undefined : report,
  );
  if (values.json) console.log(JSON.stringify(outcomeOf(tally)));
  else summarise(tally, (performance.now() - startedAt) / 60_000);
  return tally.failures.length === 0 ? 0 : 1;
}

function report({ seed, violations }: HistoryVerdict): void {
  if (violations.length === 0) return;
  for (const { rule, what } of violations.slice(0, 3)) console.log(`seed ${seed}: ${rule}: ${what}`);
  console.log(`  replay: npm run test:simulation -- --seed ${seed}`);
}

function summarise(tally: Tally, minutes: number): void {
  for (const line of tally.coverage.lines()) console.log(line);
  const hours = Math.round(tally.virtualMs / 3_600_000);
  console.log(`${tally.events} events, ${hours} hours of virtual time, ${Math.round(tally.histories / minutes)} histories a minute`);
  if (tally.failures.length > 0) console.log(`seeds that failed: ${tally.failures.map((one) => one.seed).join(' ')}`);
  const named = ['lost', 'doubled', 'orphaned', 'stuck'];
  const others = [...tally.broken].filter(([rule]) => !named.includes(rule)).map(([rule, times]) => `, ${rule} ${times}`);
  const counts = named.map((rule) => `${rule} ${tally.broken.get(rule) ?? 0}`).join(' ');
  console.log(`runs ${tally.histories - tally.failures.length} of ${tally.histories} ${counts}${others.join('')}`);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new Error(`--${name} is a whole number`);
  return Number(text);
}
