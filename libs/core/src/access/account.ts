export type Role = 'staff' | 'customer';

/** Somebody who can log in. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly passwordHash: string;
  readonly role: Role;
  /** Set for customers, and only for them. */
  readonly customerId: string | null;
  readonly createdAt: Date;
  readonly lastLoginAt: Date | null;
  /** From then on neither a log-in nor a token made before works. */
  readonly disabledAt: Date | null;
  /** A token issued before is refused; null: none is. */
  readonly tokensValidFrom: Date | null;
}

/** An account as others may see it. */
export type AccountView = Omit<Account, 'passwordHash' | 'tokensValidFrom'>;

export function viewOfAccount({ passwordHash: _hash, tokensValidFrom: _from, ...view }: Account): AccountView {
  return view;
}
