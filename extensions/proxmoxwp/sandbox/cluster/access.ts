import { died, noPermission, PveRefusal, type PermissionCheck } from '../api/index.js';

/** An API token and what it may do. Rights are handed down from a path to those below it; the longest path that fits counts. */
export interface Token {
  /** `USER@REALM!NAME`. */
  readonly id: string;
  readonly secret: string;
  readonly expired?: boolean;
  readonly rights: Record<string, readonly string[]>;
}

/** Everything a panel needs, on the whole cluster. */
export const allPrivileges: readonly string[] = [
  'Datastore.AllocateSpace',
  'Datastore.AllocateTemplate',
  'Datastore.Audit',
  'Pool.Allocate',
  'Pool.Audit',
  'SDN.Audit',
  'SDN.Use',
  'Sys.Audit',
  'Sys.Console',
  'Sys.Modify',
  'VM.Allocate',
  'VM.Audit',
  'VM.Clone',
  'VM.Config.CPU',
  'VM.Config.Disk',
  'VM.Config.Memory',
  'VM.Config.Network',
  'VM.Config.Options',
  'VM.Console',
  'VM.Migrate',
  'VM.PowerMgmt',
  'VM.Snapshot',
  'VM.Snapshot.Rollback',
];

/** The token behind an `authorization` header. Throws the 401 of the original, its reason in the status line. */
export function authenticate(tokens: readonly Token[], header: string | undefined): Token {
  const [, given, secret] = /^PVEAPIToken=([^=]+)=(.*)$/.exec(header ?? '') ?? [];
  if (given === undefined) throw new PveRefusal(401, header === undefined ? 'No ticket' : 'authentication failure');
  const [user, name] = given.split('!');
  if (!name) throw new PveRefusal(401, 'no tokenid specified');
  const token = tokens.find((known) => known.id === given);
  if (!token) throw new PveRefusal(401, `no such token '${name}' for user '${user}'`);
  if (token.secret !== secret) throw new PveRefusal(401, 'invalid token value!');
  if (token.expired) throw new PveRefusal(401, `token '${name}' access expired`);
  return token;
}

export function privilegesAt(token: Token, path: string): readonly string[] {
  const fitting = Object.keys(token.rights).filter((given) => given === '/' || path === given || path.startsWith(`${given}/`));
  const nearest = fitting.sort((a, b) => b.length - a.length)[0];
  return nearest === undefined ? [] : (token.rights[nearest] ?? []);
}

/** @param any one of the privileges is enough; otherwise all are needed. */
export function isAllowed(token: Token, path: string, privileges: readonly string[], any = false): boolean {
  const held = privilegesAt(token, path);
  return any ? privileges.some((each) => held.includes(each)) : privileges.every((each) => held.includes(each));
}

export function demand(token: Token, path: string, privileges: readonly string[]): void {
  if (!isAllowed(token, path, privileges)) throw noPermission(path, privileges);
}

/** Evaluates the check that the schema prescribes. Throws the 403 of the original. */
export function demandBySchema(token: Token, check: PermissionCheck, parameters: Readonly<Record<string, unknown>>): void {
  if (!check) return;
  const [kind, ...rest] = check;
  if (kind === 'and') return rest.forEach((each) => demandBySchema(token, each as PermissionCheck, parameters));
  if (kind !== 'perm') throw died(`the sandbox knows no permission check '${String(kind)}'`);
  const [template, privileges, ...options] = rest as [string, readonly string[], ...unknown[]];
  const path = template.replace(/\{([^}]+)\}/g, (_all, name: string) => String(parameters[name] ?? ''));
  if (!isAllowed(token, path, privileges, options.includes('any'))) throw noPermission(path, privileges);
}
