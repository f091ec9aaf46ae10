import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import TestSequencer from '@jest/test-sequencer';

/*
 * Test files that take long come first, the longest first: one that began last would run alone at the end. Jest knows how long each took
 * on this machine before, but a fresh clone does not, so the list of those that took more than a few seconds is kept here; it need not be
 * exact. `node config/slow-tests.mjs RESULTS` makes it anew from what `jest --json --outputFile=RESULTS` wrote.
 */
const rootDir = fileURLToPath(new URL('..', import.meta.url));
/** Path from the root → seconds. */
const slow = JSON.parse(readFileSync(new URL('slow-tests.json', import.meta.url), 'utf8'));

export default class LongestFirst extends TestSequencer {
  sort(tests) {
    const seconds = ({ path }) => slow[relative(rootDir, path)] ?? 0;
    return super.sort(tests).toSorted((a, b) => seconds(b) - seconds(a));
  }
}
