import { hideSecrets } from '../secrets/index.js';
import type { JobDetails, JobEventView } from './job-history.js';

/** A job as staff may see it. */
export function jobForStaff(job: JobDetails): JobDetails {
  const steps = job.steps.map((step) => ({ ...step, claim: hideSecrets(step.claim), output: hideSecrets(step.output) }));
  return { ...job, steps, result: hideSecrets(job.result) };
}

const forCustomers: Readonly<Record<string, string>> = {
  waiting: 'waiting for the provider',
  rollback: 'undoing what was done',
  attention: 'our staff are looking into it',
  complete: 'done',
  // Whether staff know depends on what went wrong; the job's failure says so.
  error: 'this could not be done',
  cancelled: 'cancelled',
};

/** An event as the customer may see it: what went wrong, in the provider's words, is for staff. */
export function eventForCustomer(event: JobEventView): JobEventView {
  return { ...event, message: forCustomers[event.type] ?? progressForCustomer(event.message) };
}

/** Without the operation's name, which is the module's, and without why a step is not needed, which may tell how the provider is set up. */
function progressForCustomer(message: string): string {
  return message.replace(/^\w+: (accepted)$/, '$1').replace(/(: not needed), [^]*$/, '$1');
}
