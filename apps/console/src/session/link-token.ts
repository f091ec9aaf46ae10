/** What a link out of a mail is for, and its token. */
export interface MailLink {
  /** `welcome`: a first password; `new-password`: another one in place of one that was forgotten. */
  readonly purpose: 'welcome' | 'new-password';
  readonly token: string;
}

/** The link in an address, `/app/welcome#<token>` or `/app/new-password#<token>`; undefined anywhere else. */
export function mailLinkIn({ pathname, hash }: Pick<Location, 'pathname' | 'hash'>): MailLink | undefined {
  const [, purpose] = /^\/app\/(welcome|new-password)\/?$/.exec(pathname) ?? [];
  return purpose !== undefined && hash.length > 1 ? { purpose: purpose as MailLink['purpose'], token: hash.slice(1) } : undefined;
}

/** What follows the # in the address of a link to files, `/app/files#<token>`; undefined anywhere else. */
export function fileTokenIn({ pathname, hash }: Pick<Location, 'pathname' | 'hash'>): string | undefined {
  return /^\/app\/files\/?$/.test(pathname) && hash.length > 1 ? hash.slice(1) : undefined;
}
