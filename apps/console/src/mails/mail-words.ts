import type { Mail } from '../api/index.js';

export const mailStateLabels: Readonly<Record<Mail['state'], string>> = {
  waiting: 'Waits',
  sent: 'Sent',
  not_sent: 'Not sent',
  failed: 'Failed',
};

/** Which mails are shown, as the address of their room names it. */
export interface MailsShown {
  readonly state?: Mail['state'];
  readonly serviceId?: string;
}

export function mailsShown({ state, serviceId }: Readonly<Record<string, unknown>>): MailsShown {
  return {
    ...(typeof state === 'string' && Object.hasOwn(mailStateLabels, state) && { state: state as Mail['state'] }),
    // The router reads digits in an address as a number.
    ...(/^[1-9]\d{0,17}$/.test(String(serviceId)) && { serviceId: String(serviceId) }),
  };
}

const templateLabels: Readonly<Record<string, string>> = {
  welcome: 'Welcome',
  'later-parts': 'Later parts are there',
  'later-parts-delayed': 'Later parts are delayed',
  delayed: 'Delayed',
  'not-delivered': 'Not delivered',
  suspended: 'Suspended',
  unsuspended: 'Resumed',
  terminated: 'Ended',
  'package-changed': 'Package changed',
  'password-changed': 'Password of a service changed',
  'domain-active': 'Domain active',
  'domain-waits': 'Domain waits',
  'domain-failed': 'Domain failed',
  'new-link': 'New link',
  'reset-password': 'Forgotten password',
  'account-password': 'Password of an account changed',
  'operator-task': 'Operator task',
  delivered: 'Delivered',
  'support-digest': 'Put together for support',
};

/** A template as people know it; one that is not known by its name. */
export function templateLabel(template: string): string {
  return (Object.hasOwn(templateLabels, template) && templateLabels[template]) || template;
}

const ofSupport: ReadonlySet<string> = new Set(['operator-task', 'delivered', 'support-digest']);

/** Whom a mail is for. */
export function addresseeText({ to, template }: Pick<Mail, 'to' | 'template'>): string {
  return to ?? (ofSupport.has(template) ? 'Support' : 'Nobody known');
}
