import { parseArgs } from 'node:util';

export interface Options {
  readonly only: readonly string[];
  readonly list: boolean;
  readonly quick: boolean;
  readonly json: boolean;
  readonly peers: boolean;
  readonly help: boolean;
}

export const help = `npm run bench -- [options]

Measures how fast the panel is, each figure beside a floor in the same run on a PostgreSQL of its own.
Prints a JSON line for each, then a table. Ends with 1 when a figure is not what it must be.

  --only row,row   these rows only; a name also stands for those that begin with it and a hyphen
  --list           names of the rows, and what each measures
  --quick          shorter runs, for a first look
  --json           JSON lines only
  --peers          beside other engines instead of floors, on the same server in the same run; they are installed at first use
  --help           this text
`;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      peers: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return { ...values, only: values.only.flatMap((names) => names.split(',')).filter((name) => name !== '') };
}

/** Those of the names that were asked for, in their own order. Throws when one that was asked for stands for none. */
export function selected<Named extends { readonly name: string }>(all: readonly Named[], only: readonly string[]): readonly Named[] {
  if (only.length === 0) return all;
  const stands = (wanted: string, { name }: Named): boolean => name === wanted || name.startsWith(`${wanted}-`);
  const unknown = only.find((wanted) => !all.some((one) => stands(wanted, one)));
  if (unknown !== undefined) throw new Error(`there is no row '${unknown}'; --list names them`);
  return all.filter((one) => only.some((wanted) => stands(wanted, one)));
}
