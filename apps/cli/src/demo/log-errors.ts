import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const longest = 300;

/** The last error that each process wrote into its log, as `file: message`. What is not a line of our own log is shown as it is. */
export function lastErrors(folder: string): readonly string[] {
  return logsIn(folder).flatMap((file) => {
    const last = readFileSync(join(folder, file), 'utf8')
      .trimEnd()
      .split('\n')
      .map(errorIn)
      .findLast((message) => message !== undefined);
    return last === undefined ? [] : [`${file}: ${last.slice(0, longest)}`];
  });
}

function logsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => ['api.log', 'worker.log', 'sandboxes.log'].includes(name));
  } catch {
    return []; // the demo failed before it had any
  }
}

function errorIn(line: string): string | undefined {
  try {
    const { level, msg } = JSON.parse(line) as { level?: unknown; msg?: unknown };
    return (level === 'error' || level === 'fatal') && typeof msg === 'string' ? msg : undefined;
  } catch {
    return /error\b/i.test(line) ? line.trim() : undefined;
  }
}
