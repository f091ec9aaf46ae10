import type { OperatorTask } from '../api/index.js';

/** Where what a task is about is looked after, beside its job, its server and its service. */
export interface TaskPlace {
  readonly label: string;
  readonly to: string;
  /** What is looked for there. */
  readonly search?: Readonly<Record<string, string>>;
}

/** Read out of what the task says it is about, by its kind; undefined where that names no place. */
export function placeOfTask({ kind, stepKey }: Pick<OperatorTask, 'kind' | 'stepKey'>): TaskPlace | undefined {
  const [, server, subject] = /^trigger:(\d{1,18}):(.+)$/s.exec(stepKey) ?? [];
  if (kind === 'trigger_failed' && server !== undefined && subject !== undefined)
    return { label: 'Its events, to be replayed', to: '/app/triggers', search: { serverId: server, subject } };
  const id = /:(\d{1,18})$/.exec(stepKey)?.[1];
  if (kind.startsWith('webhook') && id !== undefined) return { label: `Webhook #${id}`, to: `/app/webhooks/${id}` };
  if (kind === 'reconcile' || kind === 'restored') return { label: 'Findings', to: '/app/findings' };
  return undefined;
}
