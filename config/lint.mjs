import { spawn } from 'node:child_process';

/* `npm run lint`: rules, types of sources and tests, and format, side by side. Each is shown once it has ended, and all are run. */
const checks = [
  'eslint --config config/eslint.config.mjs --max-warnings 0 .',
  'tsc -p tsconfig.spec.json',
  'tsc -p apps/console/tsconfig.spec.json',
  'prettier --check --log-level warn .',
];

/** Answers whether it found nothing. */
function run(command) {
  return new Promise((resolve, reject) => {
    const [program, ...options] = command.split(' ');
    const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    child.once('error', reject);
    child.once('close', (code) => {
      process.stdout.write(said);
      if (code !== 0) process.stdout.write(`failed: ${command}\n`);
      resolve(code === 0);
    });
  });
}

const passed = await Promise.all(checks.map(run));
process.exitCode = passed.every(Boolean) ? 0 : 1;
