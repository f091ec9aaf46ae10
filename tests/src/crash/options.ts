import { parseArgs } from 'node:util';

export const help = `npm run test:crash -- [options]

Kills worker processes at every step boundary of create, its roll-back and terminate, with every answer a provider may give, lets another
worker recover, and looks at the providers and the database: nothing may be lost, doubled, orphaned or stuck. Then three storms.

  --only '<id>'    one run alone, by the id that a failure names; may be given several times
  --sample N       N runs of the matrix, chosen by the seed
  --seed N         makes the same choices again; CRASH_SEED does the same
  --sweep          the matrix without the storms
  --storms         the storms without the matrix
  --jobs N         jobs under way in each storm; default 50
  --together       the storms side by side, each over one half of a site's life only
  --list           prints the ids of all runs and what is inapplicable
  --help

Ends with 'runs N of N lost 0 doubled 0 orphaned 0 stuck 0'; the exit code is 1 when that is not so.`;

export interface Options {
  readonly only: readonly string[];
  readonly sample: number | undefined;
  readonly seed: number;
  readonly sweep: boolean;
  readonly storms: boolean;
  readonly jobs: number;
  readonly together: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

/** Throws a `TypeError` that names the option at fault. */
export function readOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      sample: { type: 'string' },
      seed: { type: 'string' },
      sweep: { type: 'boolean', default: false },
      storms: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '50' },
      together: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only ?? [];
  const both = values.sweep === values.storms;
  return {
    only,
    sample: values.sample === undefined ? undefined : count('sample', values.sample),
    seed: count('seed', values.seed ?? environment['CRASH_SEED'] ?? '20261120'),
    sweep: both || values.sweep || only.length > 0,
    storms: (both || values.storms) && only.length === 0 && !values.list,
    jobs: count('jobs', values.jobs),
    together: values.together,
    list: values.list,
    help: values.help,
  };
}

function count(name: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new TypeError(`--${name}: a whole number, not '${text}'`);
  return Number(text);
}
