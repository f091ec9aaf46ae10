/** The token in the address of a link out of a mail, `/app/welcome#<token>`; undefined anywhere else. */
export function linkTokenIn({ pathname, hash }: Pick<Location, 'pathname' | 'hash'>): string | undefined {
  return /^\/app\/welcome\/?$/.test(pathname) && hash.length > 1 ? hash.slice(1) : undefined;
}
