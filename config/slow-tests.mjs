import { readFileSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/* Writes `slow-tests.json` from the results of a whole run: see `jest-sequencer.mjs`. */
const rootDir = fileURLToPath(new URL('..', import.meta.url));
const leastSeconds = 4;

const { testResults } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const seconds = testResults.map(({ name, startTime, endTime }) => [relative(rootDir, name), Math.round((endTime - startTime) / 1000)]);
const slow = seconds.filter(([, took]) => took >= leastSeconds).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
writeFileSync(new URL('slow-tests.json', import.meta.url), `${JSON.stringify(Object.fromEntries(slow), null, 2)}\n`);
