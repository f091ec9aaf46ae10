/** Privileges by path. True means that a privilege is handed down to what lies below. */
export type Permissions = ReadonlyMap<string, ReadonlyMap<string, boolean>>;

/**
 * Those of the needed privileges that are missing, as `Privilege on /path`. The answer lists the paths that have entries of their
 * own; any other path has what is handed down from the nearest one above.
 * Source: pve-access-control, `GET /access/permissions`.
 */
export function missingPrivileges(permissions: Permissions, needed: readonly (readonly [string, readonly string[]])[]): readonly string[] {
  return needed.flatMap(([path, privileges]) =>
    privileges.filter((privilege) => !allows(permissions, path, privilege)).map((privilege) => `${privilege} on ${path}`),
  );
}

/**
 * Where the token may not see guests, as `VM.Audit on /path`. A path at which it may do nothing at all is not listed, so one guest that
 * was taken from it alone is not known by this.
 */
export function blindSpots(permissions: Permissions): readonly string[] {
  const guests = [...permissions.keys()].filter((path) => /^\/vms\/\d+$/.test(path) && !permissions.get(path)?.has('VM.Audit'));
  const all = handsDown(permissions, '/vms', 'VM.Audit') ? [] : ['/vms'];
  return [...all, ...guests].map((path) => `VM.Audit on ${path}`);
}

function allows(permissions: Permissions, path: string, privilege: string): boolean {
  const own = permissions.get(path);
  if (own !== undefined) return own.has(privilege);
  const above = parentOf(path);
  return above !== undefined && handsDown(permissions, above, privilege);
}

/** Whether what lies below the path has the privilege, unless it has entries of its own. */
function handsDown(permissions: Permissions, path: string, privilege: string): boolean {
  for (let at: string | undefined = path; at !== undefined; at = parentOf(at)) {
    const entry = permissions.get(at);
    if (entry !== undefined) return entry.get(privilege) === true;
  }
  return false;
}

function parentOf(path: string): string | undefined {
  if (path === '/') return undefined;
  const end = path.lastIndexOf('/');
  return end === 0 ? '/' : path.slice(0, end);
}
