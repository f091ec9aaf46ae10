import type { JsonObject } from '@hostwright/sdk';
import type { ServiceState } from '../services/index.js';

/** Every mail that customers get. */
export const customerMails = [
  'welcome',
  'later-parts',
  'later-parts-delayed',
  'delayed',
  'not-delivered',
  'suspended',
  'unsuspended',
  'terminated',
  'package-changed',
  'password-changed',
  'domain-active',
  'domain-waits',
  'domain-failed',
  'new-link',
] as const;
export type CustomerMail = (typeof customerMails)[number];

export function isCustomerMail(text: unknown): text is CustomerMail {
  return customerMails.includes(text as CustomerMail);
}

/** A mail that an event asks for. `key`: the same mail about the same thing has the same, so that it is sent once. */
export interface WantedMail {
  readonly mail: CustomerMail;
  readonly serviceId: string;
  readonly jobId?: string;
  readonly domainId?: string;
  readonly key: string;
}

/** What is told of an operation that was completed, and nothing of those that are not here. */
const completed: Readonly<Record<string, CustomerMail>> = {
  'service.create.completed': 'welcome',
  'service.laterParts.completed': 'later-parts',
  'service.suspend.completed': 'suspended',
  'service.unsuspend.completed': 'unsuspended',
  'service.terminate.completed': 'terminated',
  'service.changePackage.completed': 'package-changed',
  'service.changePassword.completed': 'password-changed',
  'service.addDomain.completed': 'domain-active',
};

/** That a service which nobody was at work on any more was given up. No job tells of it. */
const givenUp = 'service.cancelled';

/** That something which was to be made after the hand-over cannot be, as it is. */
const partsGivenUp = 'service.laterParts.given_up';

const ofDomains: Readonly<Record<string, CustomerMail>> = { 'domain.waits': 'domain-waits', 'domain.given_up': 'domain-failed' };

/** Topics of which customers may be told. */
export const customerMailTopics: readonly string[] = [
  ...Object.keys(completed),
  ...Object.keys(ofDomains),
  givenUp,
  partsGivenUp,
  'job.failed',
  'job.cancelled',
  'job.needs_operator',
];

/** The mail that an event asks for; undefined when it is none of the customer's business. */
export function wantedMail(topic: string, { serviceId, jobId, domainId, operation, handedOver }: JsonObject): WantedMail | undefined {
  if (typeof serviceId !== 'string') return undefined;
  const ofDomain = ofDomains[topic];
  if (ofDomain !== undefined)
    return typeof domainId === 'string' ? { mail: ofDomain, serviceId, domainId, key: `mail:${ofDomain}:${domainId}` } : undefined;
  if (topic === givenUp) return { mail: 'not-delivered', serviceId, key: `mail:not-delivered:${serviceId}` };
  if (typeof jobId !== 'string') return undefined;
  const done = completed[topic];
  if (done !== undefined) return { mail: done, serviceId, jobId, key: `mail:${done}:${jobId}` };
  if (operation === 'addDomain' && (topic === 'job.failed' || topic === 'job.cancelled'))
    return { mail: 'domain-failed', serviceId, jobId, key: `mail:domain-failed:job:${jobId}` };
  if (operation !== 'create') return undefined;
  if (topic === partsGivenUp || (topic === 'job.needs_operator' && handedOver === true))
    return { mail: 'later-parts-delayed', serviceId, jobId, key: `mail:later-parts-delayed:${jobId}` };
  // Whoever waits is told once, however often it is tried.
  if (topic === 'job.failed' || topic === 'job.needs_operator')
    return { mail: 'delayed', serviceId, jobId, key: `mail:delayed:${serviceId}` };
  return topic === 'job.cancelled' ? { mail: 'not-delivered', serviceId, jobId, key: `mail:not-delivered:${serviceId}` } : undefined;
}

/** In which states of the service a mail is still true. */
const whileIn: Readonly<Partial<Record<CustomerMail, readonly ServiceState[]>>> = {
  welcome: ['active', 'suspended'],
  'later-parts': ['active'],
  'later-parts-delayed': ['active'],
  delayed: ['pending'],
  'not-delivered': ['cancelled'],
  suspended: ['suspended'],
  unsuspended: ['active'],
  terminated: ['terminated'],
  'package-changed': ['active', 'suspended'],
  'password-changed': ['active', 'suspended'],
};

/**
 * What is to be said of a service that is in this state by now; undefined when there is nothing to say any more. An order that was refused
 * at once is not delayed, it is over.
 */
export function mailFor(mail: CustomerMail, state: ServiceState): CustomerMail | undefined {
  if (mail === 'delayed' && state === 'cancelled') return 'not-delivered';
  return (whileIn[mail]?.includes(state) ?? true) ? mail : undefined;
}
