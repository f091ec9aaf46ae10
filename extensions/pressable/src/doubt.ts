import { failed, isPanelError, PanelError, pending, type Failed, type Pending } from '@hostwright/sdk';

/** Pressable's own client waits one second before it reads what it wrote; lists may take longer. */
const doubtLookMs = 2_000;
const looksInDoubt = 10;

/** Of something that nobody knows whether it was begun: how often more it is looked for. */
export type Doubt = { readonly looksLeft: number };

/**
 * Asks for what would be made once more, or refused, if it were asked for again. Reads follow somewhat later, so a call whose answer was
 * lost is waited for, and only what has not shown by then was not begun.
 */
export async function askFor<Answer>(call: () => Promise<Answer>): Promise<Answer | Doubt> {
  try {
    return await call();
  } catch (error) {
    if (!isPanelError(error) || error.code !== 'unknown_outcome') throw error;
    return { looksLeft: looksInDoubt };
  }
}

/** After a look that showed nothing. `what`: such as `site a`. */
export function stillInDoubt<Task extends Doubt>(task: Task, what: string): Pending<Task> | Failed {
  const { looksLeft } = task;
  if (looksLeft > 0) return pending({ ...task, looksLeft: looksLeft - 1 }, doubtLookMs);
  return failed(new PanelError('unknown_outcome', `${what} was asked for, and does not show`));
}
