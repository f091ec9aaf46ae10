import { describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMutants } from './mutant.js';

const root = join(__dirname, '../../..');
const mutants = readMutants(join(root, 'tests/mutants'));

describe('the bugs that are planted', () => {
  it('are the nine that the engine must never have', () => {
    expect(mutants.map(({ name }) => name)).toEqual([
      'call-before-commit',
      'event-numbers-from-a-sequence',
      'fence-by-plain-sub-select',
      'find-skipped',
      'intent-skipped',
      'ring-with-a-job-id',
      'rollback-before-open-steps-settled',
      'undo-in-forward-order',
      'unknown-treated-as-failed',
    ]);
  });

  it.each(mutants)('$name can be planted in the sources as they are, and its test is there', ({ patchFile, spec, test }) => {
    execFileSync('git', ['apply', '--check', patchFile], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    const titles = [...readFileSync(join(root, spec), 'utf8').matchAll(/(?:it|it\.each\([\s\S]*?\)|describe)\(\s*(['"`])(.*?)\1/g)].map(
      (match) => match[2]!,
    );
    const known = titles.some((title) => test.includes(title.replace(/%s.*$/, '')) && title.length > 10);
    expect(known).toBe(true);
  });
});
