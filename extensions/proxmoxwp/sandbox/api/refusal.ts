/** How Proxmox VE says no. The reason stands in the status line, and in newer servers in `message` too. */
export class PveRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** By parameter name, with 400. */
    readonly errors?: Readonly<Record<string, string>>,
  ) {
    super(message);
  }
}

/** What a handler or worker dies with: 500 and the reason. */
export function died(reason: string): PveRefusal {
  return new PveRefusal(500, reason);
}

export function badParameters(errors: Readonly<Record<string, string>>): PveRefusal {
  return new PveRefusal(400, 'Parameter verification failed.', errors);
}

/** @param privileges all of which would have been enough, as the original joins them. */
export function noPermission(path: string, privileges: readonly string[]): PveRefusal {
  return new PveRefusal(403, `Permission check failed (${path}, ${privileges.join('|')})`);
}
