import type { StepError } from './job.js';
import type { NewOperatorTask } from './journal.js';
import type { LiveStep } from './live-step.js';
import { settingOf, stepErrorOf } from './outcome.js';

const byItself = 'goes on by itself once this is mended.';

/** The error as the journal keeps it, with the server's setting that `task` asks for. */
export function errorOf(error: unknown, task: NewOperatorTask | null): StepError {
  const { code, message } = stepErrorOf(error);
  return { code, message, ...(task?.serverId === undefined ? {} : { setting: task.stepKey }) };
}

/**
 * What staff are asked when settings have to be mended. A setting of the server is asked for once, by its name and that of the server,
 * however many jobs wait for it; anything else is asked by each job for itself. `doing`: the step in words.
 */
export function mendTask(step: LiveStep, error: unknown, doing: string): NewOperatorTask {
  const { message } = stepErrorOf(error);
  const field = settingOf(error);
  const setting = field === undefined ? undefined : step.module.nameSetting(field);
  if (field !== undefined && setting !== undefined) {
    return {
      kind: 'fix_settings',
      serverId: step.module.serverId,
      stepKey: field,
      title: `Mend the setting ${setting}`,
      detail: `${sentence(message)} Whatever waits for it ${byItself}`,
    };
  }
  return {
    kind: 'fix_settings',
    stepKey: step.key,
    title: `Mend the settings of the server or product: ${doing}`,
    detail: `${sentence(message)} The job ${byItself}`,
  };
}

/** A provider's words may end as a sentence does. */
function sentence(message: string): string {
  return /[.!?…]$/.test(message) ? message : `${message}.`;
}
