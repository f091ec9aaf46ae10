/** A column that entries of a batch are written with. A statement has it only where the batch brings its part. */
export interface Column<Entry, Part extends string> {
  readonly name: string;
  readonly type: 'bigint' | 'int' | 'smallint' | 'float8' | 'boolean' | 'text' | 'jsonb';
  readonly part?: Part;
  /** As JavaScript has it; nothing is null. */
  of(entry: Entry): unknown;
}

/** The columns of a statement that brings these parts. */
export function columnsFor<Entry, Part extends string>(
  all: readonly Column<Entry, Part>[],
  parts: ReadonlySet<Part>,
): readonly Column<Entry, Part>[] {
  return all.filter(({ part }) => part === undefined || parts.has(part));
}

/** Entries as rows of a statement, numbered from 1 by `ord`: an array for each column, the first being parameter `from`. */
export function rowsOf(columns: readonly Column<never, string>[], from: number, as: string): string {
  const arrays = columns.map(({ type }, at) => `$${from + at}::${type}[]`);
  return `unnest(${arrays.join(', ')}) WITH ORDINALITY AS ${as} (${columns.map(({ name }) => name).join(', ')}, ord)`;
}

/** One entry as the only row: a parameter for each column. */
export function rowOf(columns: readonly Column<never, string>[], from: number, as: string): string {
  return `(SELECT ${columns.map(({ name, type }, at) => `$${from + at}::${type} AS ${name}`).join(', ')}, 1 AS ord) ${as}`;
}

/** The parameters of `rowsOf`. */
export function arraysOf<Entry>(entries: readonly Entry[], columns: readonly Column<Entry, string>[]): unknown[] {
  return columns.map((column) => {
    const values = entries.map((entry) => parameter(column, entry));
    // Numbers need no quoting, which is most of what an array costs.
    return numeric.has(column.type) ? `{${values.map((value) => (value === null ? 'NULL' : Number(value))).join()}}` : values;
  });
}

/** The parameters of `rowOf`. */
export function parametersOf<Entry>(entry: Entry, columns: readonly Column<Entry, string>[]): unknown[] {
  return columns.map((column) => parameter(column, entry));
}

const numeric: ReadonlySet<string> = new Set(['bigint', 'int', 'smallint', 'float8'] satisfies Column<never, never>['type'][]);

function parameter<Entry>({ type, of }: Column<Entry, string>, entry: Entry): unknown {
  const value = of(entry) ?? null;
  return type === 'jsonb' && value !== null ? JSON.stringify(value) : value;
}

/**
 * A worker holds the job `p`. Not `IS NOT NULL`: statistics of a moment at which few jobs were held would make the planner look every job
 * up among all that are held, in the index of those.
 */
export const isHeld = 'coalesce(p.worker_id, 0) > 0';
