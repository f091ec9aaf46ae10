import { mailStates } from '@hostwright/core';
import { Shows } from '../http/index.js';

export class MailAnswer {
  @Shows('id', { description: 'Of its task in the queue `emails`' }) readonly id: string;
  @Shows('text', { description: 'Such as `welcome`' }) readonly template: string;
  @Shows('text?', { description: 'Whom it went to, or would go to now; null when that is support, until it was sent, or nobody' })
  readonly to: string | null;
  @Shows('text', { enum: mailStates }) readonly state: string;
  @Shows('text?', { description: 'Why it waits, was not sent or failed' }) readonly reason: string | null;
  @Shows('integer') readonly attempts: number;
  @Shows('id?') readonly serviceId: string | null;
  @Shows('id?') readonly jobId: string | null;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?') readonly nextAttemptAt: Date | null;
  @Shows('time?') readonly finishedAt: Date | null;
}
