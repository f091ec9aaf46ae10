import { parseArgs } from 'node:util';

export const help = `npm run test:crash -- [options]        the matrix and the storms
npm run test:operations -- [options]   the operations

Kills worker processes at step boundaries, with providers that answer well, late, wrongly or not at all, lets another worker recover, and
looks at the providers and the database: nothing may be lost, doubled, orphaned or stuck. Three parts:

  the matrix       create, its roll-back and terminate of a site: every boundary with every answer
  the storms       a worker paused past its lease, Redis emptied, PostgreSQL stopped at once
  the operations   everything that is done with a service in the cases of config/crash-sweep: every boundary once, every answer of every
                   call once, and of the pairs of both as many as wanted, chosen by the seed

  --only '<id>'    one run alone, by the id that a failure names; may be given several times
  --sample N       N runs of the matrix or of the operations, chosen by the seed
  --pairs N        pairs of each case of the operations; default 25
  --case NAME      the operations of that case alone; may be given several times
  --seed N         makes the same choices again; CRASH_SEED does the same
  --sweep, --storms, --operations   those parts alone
  --jobs N         jobs under way in each storm; default 50
  --together       the storms side by side, and beside the rest, each over one half of a site's life only
  --list           prints the ids of all runs and what is inapplicable
  --help

Ends with 'runs N of N lost 0 doubled 0 orphaned 0 stuck 0'; the exit code is 1 when that is not so. 'asks a person N' at its end: in so
many of them the job rightly asks one, as a step that its module declares blind has come to an unknown outcome.`;

export interface Options {
  readonly only: readonly string[];
  readonly sample: number | undefined;
  readonly seed: number;
  /** Of each case of the operations. */
  readonly pairs: number;
  /** None: all. */
  readonly cases: readonly string[];
  readonly sweep: boolean;
  readonly operations: boolean;
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
      pairs: { type: 'string', default: '25' },
      case: { type: 'string', multiple: true },
      sweep: { type: 'boolean', default: false },
      operations: { type: 'boolean', default: false },
      storms: { type: 'boolean', default: false },
      jobs: { type: 'string', default: '50' },
      together: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const only = values.only ?? [];
  const all = !values.sweep && !values.operations && !values.storms;
  return {
    only,
    sample: values.sample === undefined ? undefined : count('sample', values.sample),
    seed: count('seed', values.seed ?? environment['CRASH_SEED'] ?? '20261120'),
    pairs: count('pairs', values.pairs),
    cases: values.case ?? [],
    sweep: all || values.sweep,
    operations: values.operations,
    storms: (all || values.storms) && only.length === 0 && !values.list,
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
