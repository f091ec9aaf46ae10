/** A provisioning job as the API answers it; what the demo reads of it. */
export interface JobView {
  readonly id: string;
  readonly serviceId: string | null;
  readonly operation: string;
  readonly state: string;
  readonly percentage: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly components: readonly { readonly name: string; readonly steps: readonly string[] }[];
  readonly steps: readonly JobStepView[];
}

export interface JobStepView {
  readonly key: string;
  readonly state: string;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly attempts: number;
  readonly polls: number;
  readonly startedAt: string;
  readonly finishedAt: string | null;
}

/** Nobody works on such a job any more. */
export const overStates: readonly string[] = ['completed', 'failed', 'cancelled', 'superseded'];

/** One row of the progress list: a declared step, or below it a step of another module that it consists of. */
export interface PlanRow {
  readonly title: string;
  readonly depth: 0 | 1;
  /** As the journal's, or `planned` when it has not begun. */
  readonly state: string;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly step: JobStepView | undefined;
}

const separator = ' / ';

/** Every declared step in order, begun or not, each with the steps it consists of; then what was not declared. */
export function planOf(job: Pick<JobView, 'components' | 'steps'>): readonly PlanRow[] {
  const several = job.components.length > 1;
  const left = new Set(job.steps);
  const rows = job.components.flatMap(({ name, steps }) =>
    steps.flatMap((declared) => {
      const key = `${name}${separator}${declared.replaceAll('/', '∕')}`;
      const own = job.steps.find((step) => step.key === key);
      const parts = job.steps.filter((step) => step.key.startsWith(key + separator));
      for (const step of own ? [own, ...parts] : parts) left.delete(step);
      return [
        declaredRow(several ? `${name}: ${declared}` : declared, own, parts),
        ...parts.map((part) => rowOf(part.key.slice(key.length + separator.length), 1, part)),
      ];
    }),
  );
  return [...rows, ...[...left].map((step) => rowOf(several ? step.key : step.key.split(separator).slice(1).join(separator), 0, step))];
}

function declaredRow(title: string, own: JobStepView | undefined, parts: readonly JobStepView[]): PlanRow {
  if (own || parts.length === 0)
    return own ? rowOf(title, 0, own) : { title, depth: 0, state: 'planned', startedAt: undefined, finishedAt: undefined, step: undefined };
  const rows = parts.map((part) => rowOf('', 1, part));
  const open = rows.find(({ finishedAt }) => finishedAt === undefined);
  const ends = rows.map(({ finishedAt }) => finishedAt ?? 0);
  return {
    title,
    depth: 0,
    state: open?.state ?? rows.at(-1)?.state ?? 'planned',
    startedAt: Math.min(...rows.map(({ startedAt }) => startedAt ?? Number.POSITIVE_INFINITY)),
    finishedAt: open ? undefined : Math.max(...ends),
    step: undefined,
  };
}

function rowOf(title: string, depth: 0 | 1, step: JobStepView): PlanRow {
  return {
    title,
    depth,
    state: step.state,
    startedAt: Date.parse(step.startedAt),
    finishedAt: step.finishedAt === null ? undefined : Date.parse(step.finishedAt),
    step,
  };
}
