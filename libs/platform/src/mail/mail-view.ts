import { customerMails, type CustomerMail, type MailFact } from '@hostwright/core';

/** Mails to whoever has an account, staff too. None of them can be switched off. */
const accountMails = ['reset-password', 'account-password'] as const;
/** Mails to whoever looks after the panel. */
const supportMails = ['operator-task', 'delivered', 'support-digest'] as const;
export type MailName = CustomerMail | (typeof accountMails)[number] | (typeof supportMails)[number];
export const mailNames: readonly MailName[] = [...customerMails, ...accountMails, ...supportMails];

/** Every text that a template may use, empty where it does not apply. Links among them lead to the panel and nowhere else. */
export const viewTexts = [
  'sender',
  'customer',
  'product',
  'userName',
  'panelUrl',
  'link',
  'linkHours',
  'files',
  'domain',
  'addresses',
  'nameServers',
  'proofNeeded',
  'txtName',
  'txtValue',
  'title',
  'detail',
] as const;
export const viewLinks: readonly string[] = ['panelUrl', 'link'];

/** What a template sees: texts, and one list of lines. No secret, no object, nothing that could be called. */
export interface MailView extends Readonly<Record<(typeof viewTexts)[number], string>> {
  readonly facts: readonly MailFact[];
}

const nothing = Object.fromEntries(viewTexts.map((name) => [name, ''])) as Readonly<Record<(typeof viewTexts)[number], string>>;

export function mailView(given: Partial<MailView>): MailView {
  return { ...nothing, facts: [], ...given };
}
