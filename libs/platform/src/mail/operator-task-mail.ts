import { PanelError, type JsonObject } from '@hostwright/sdk';
import type { OutboxConsumer } from '../queue/index.js';
import { mailTask } from './mail-message.js';

/** Topic of the event that a job needs a person. */
export const operatorTaskOpened = 'operator_task.opened';

/** Tells support of a new operator task, where somebody is to be told. */
export function operatorTaskMail(supportEmail: string | undefined, publicUrl: string): OutboxConsumer {
  return (payload: JsonObject) => {
    if (!supportEmail) return [];
    const { taskId, jobId, serviceId, title, detail } = payload;
    if (typeof taskId !== 'string' || typeof title !== 'string')
      throw new PanelError('invalid_input', 'the event of an operator task needs "taskId" and "title"');
    const about = [serviceId ? `Service: ${String(serviceId)}` : '', jobId ? `Job: ${String(jobId)}` : '', `Task: ${taskId}`].filter(
      Boolean,
    );
    const text = [title, '', typeof detail === 'string' ? detail : '', '', ...about, '', `It waits for you at ${publicUrl}`].join('\n');
    return [mailTask({ to: supportEmail, subject: `[Hostwright] ${title}`, text }, `operator_task:${taskId}`)];
  };
}
