import { customerMailTopics, wantedMail, type ClaimedTask, type NewTask } from '@hostwright/core';
import { PanelError, type Json, type JsonObject } from '@hostwright/sdk';
import type { OutboxConsumer } from '../queue/index.js';
import { customerTask } from './tell-customer.js';
import { tellDeliveryKind } from './tell-delivery.js';
import { tellSupportKind } from './tell-support.js';

/** Topic of the event that a job needs a person. */
const operatorTaskOpened = 'operator_task.opened';

export interface MailAudience {
  /** Without it no customer is told anything: nobody set up mail. */
  readonly smtpUrl: string | undefined;
  /** Undefined: nobody of support is told, operator tasks stand in the panel only. */
  readonly supportEmail: string | undefined;
}

/** Who is told by mail of which events. */
export function mailConsumers({ smtpUrl, supportEmail }: MailAudience): Readonly<Record<string, OutboxConsumer>> {
  const forCustomers = (topic: string): OutboxConsumer => {
    return (payload) => {
      const wanted = smtpUrl === undefined ? undefined : wantedMail(topic, payload);
      return [
        ...(wanted ? [customerTask(wanted)] : []),
        ...(supportEmail !== undefined && topic === 'job.failed' ? [failedJob(payload)] : []),
        // What waits for nobody is not worth a failed task where nobody set up mail.
        ...(supportEmail !== undefined && smtpUrl !== undefined && topic === 'service.create.completed' ? delivery(payload) : []),
      ];
    };
  };
  return {
    ...Object.fromEntries(customerMailTopics.map((topic) => [topic, forCustomers(topic)])),
    [operatorTaskOpened]: (payload) => (supportEmail === undefined ? [] : [openedTask(payload)]),
  };
}

function openedTask({ taskId, jobId, serviceId, title, detail }: JsonObject): NewTask {
  if (typeof taskId !== 'string' || typeof title !== 'string')
    throw new PanelError('invalid_input', 'the event of an operator task needs "taskId" and "title"');
  return supportTask(`operator_task:${taskId}`, { title, detail, service: serviceId, job: jobId, task: taskId });
}

/** Of what has an operator task support is told once, by that. */
function failedJob({ jobId, serviceId, operation, reason }: JsonObject): NewTask {
  if (typeof jobId !== 'string') throw new PanelError('invalid_input', 'the event of a failed job needs "jobId"');
  const title = `${typeof operation === 'string' ? operation : 'a job'} was refused`;
  return supportTask(`job_failed:${jobId}`, { title, detail: reason, service: serviceId, job: jobId, unlessTask: true });
}

/** Support learns of what went well, too. */
function delivery({ jobId, serviceId }: JsonObject): readonly NewTask[] {
  if (typeof jobId !== 'string' || typeof serviceId !== 'string') return [];
  const payload = { title: `service ${serviceId} was delivered`, detail: `job ${jobId}`, service: serviceId, job: jobId };
  return [{ queue: 'emails', kind: tellDeliveryKind, uniqueKey: `delivered:${jobId}`, payload }];
}

/** A mail to a customer that was refused for good: they do not know what is in it, and nobody else would see that. */
export function refusedMail({ id, payload: { mail, serviceId } }: ClaimedTask, why: string): NewTask {
  const title = `the mail "${String(mail)}" to a customer was refused`;
  const detail = `${why}. See to the address, then send the mail once more under “Mails”, or tell the customer in another way.`;
  return supportTask(`mail_refused:${id}`, { title, detail, service: serviceId, room: 'mails' });
}

function supportTask(uniqueKey: string, payload: Readonly<Record<string, Json | undefined>>): NewTask {
  const given = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined && value !== null)) as JsonObject;
  return { queue: 'emails', kind: tellSupportKind, uniqueKey, payload: given };
}
