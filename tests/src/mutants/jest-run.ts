import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface TestEnd {
  readonly fullName: string;
  readonly status: string;
}

/** The end of every test of that name in a spec, run in a copy of the sources. Throws when Jest could not run it at all. */
export function runTest(copy: string, spec: string, test: string): readonly TestEnd[] {
  const outputFile = join(copy, 'mutant-results.json');
  rmSync(outputFile, { force: true });
  const pattern = `^${test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`;
  const jest = join(copy, 'node_modules/jest/bin/jest.js');
  const options = [
    '--config',
    'config/jest.config.mjs',
    '--json',
    '--outputFile',
    outputFile,
    '--silent',
    '-t',
    pattern,
    '--runTestsByPath',
    spec,
  ];
  const run = spawnSync(process.execPath, [jest, ...options], { cwd: copy, encoding: 'utf8', timeout: 180_000 });
  if (!existsSync(outputFile)) throw new Error(`${spec} could not be run: ${run.stderr.slice(-2_000)}`);
  const results = JSON.parse(readFileSync(outputFile, 'utf8')) as {
    testResults: { message: string; assertionResults: TestEnd[] }[];
  };
  const ends = results.testResults.flatMap((file) => file.assertionResults).filter((end) => end.status !== 'pending');
  if (ends.length === 0)
    throw new Error(
      `${spec} has no test '${test}': ${results.testResults
        .map((file) => file.message)
        .join('\n')
        .slice(0, 2_000)}`,
    );
  return ends;
}
