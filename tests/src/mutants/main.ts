import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runTest } from './jest-run.js';
import { readMutants, type Mutant } from './mutant.js';
import { SourcesCopy } from './sources-copy.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const help = `Plants known bugs, one at a time, in a copy of the sources, and runs the test that must notice.

  npm run test:mutants                 every bug in tests/mutants
  npm run test:mutants -- --only NAME  one of them
  npm run test:mutants -- --list       their names, bugs and tests

Ends with 0 when every bug was caught by its test, and the tests pass without them.
`;

/** Runs the mutant's test without and with its bug. Answers what is wrong; nothing when the bug was caught. */
function tryOut(copy: SourcesCopy, { patchFile, spec, test }: Mutant): string | undefined {
  const healthy = runTest(copy.folder, spec, test);
  if (healthy.some((end) => end.status !== 'passed')) return 'its test fails without the bug';
  copy.plant(patchFile);
  try {
    return runTest(copy.folder, spec, test).some((end) => end.status === 'failed') ? undefined : 'SURVIVED: its test passes with the bug';
  } finally {
    copy.pull(patchFile);
  }
}

const { values } = parseArgs({ options: { only: { type: 'string' }, list: { type: 'boolean' }, help: { type: 'boolean' } } });
const all = readMutants(fileURLToPath(new URL('../../mutants/', import.meta.url)));
if (values.help) {
  process.stdout.write(help);
} else if (values.list) {
  for (const { name, bug, spec, test } of all) process.stdout.write(`${name}\n  ${bug}\n  ${spec}\n  ${test}\n`);
} else {
  const chosen = values.only === undefined ? all : all.filter(({ name }) => name === values.only);
  if (chosen.length === 0) {
    process.stderr.write(`there is no mutant '${values.only}'; --list names them\n`);
    process.exit(2);
  }
  const copy = new SourcesCopy(root);
  let caught = 0;
  try {
    for (const mutant of chosen) {
      const problem = tryOut(copy, mutant);
      if (problem === undefined) caught += 1;
      process.stdout.write(`${problem === undefined ? 'caught' : problem}  ${mutant.name}: ${mutant.bug}\n        by '${mutant.test}'\n`);
    }
  } finally {
    copy.remove();
  }
  process.stdout.write(`mutants caught ${caught} of ${chosen.length}\n`);
  process.exitCode = caught === chosen.length ? 0 : 1;
}
