import type { Account } from './types.js';

/** Who is signed in, with the token that says so. */
export interface Session {
  readonly token: string;
  readonly account: Account;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

const key = 'hostwright.session';

/** Where a session outlives a reload of the page; `sessionStorage` ends with the tab. */
export type SessionShelf = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** The session of this tab. Whoever shows it subscribes; it ends when the API refuses its token. */
export class CurrentSession {
  private session: Session | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly shelf: SessionShelf,
    now: number,
  ) {
    this.session = readSession(shelf, now);
  }

  readonly get = (): Session | undefined => this.session;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  begin(session: Session): void {
    this.session = session;
    try {
      this.shelf.setItem(key, JSON.stringify(session));
    } catch {
      // A full or forbidden shelf: the session lives in memory, until the page is reloaded.
    }
    this.tell();
  }

  /** Ends the session, or only the one with this token: a late 401 of an earlier one says nothing about the present. */
  end(token?: string): void {
    if (!this.session || (token !== undefined && token !== this.session.token)) return;
    this.session = undefined;
    try {
      this.shelf.removeItem(key);
    } catch {
      // As above.
    }
    this.tell();
  }

  private tell(): void {
    for (const listener of this.listeners) listener();
  }
}

/** What an earlier page of this tab left; nothing when it is over or was tampered with. */
function readSession(shelf: SessionShelf, now: number): Session | undefined {
  try {
    const { token, account, expiresAt } = JSON.parse(shelf.getItem(key) ?? '{}') as Partial<Session>;
    if (typeof token !== 'string' || typeof expiresAt !== 'number' || expiresAt <= now) return undefined;
    if (typeof account?.email !== 'string' || (account.role !== 'staff' && account.role !== 'customer')) return undefined;
    return { token, account, expiresAt };
  } catch {
    return undefined;
  }
}
