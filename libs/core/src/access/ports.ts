/** Turns passwords into hashes that are slow to guess. */
export abstract class PasswordHasher {
  abstract hash(password: string): Promise<string>;
  abstract matches(hash: string, password: string): Promise<boolean>;
  /** Takes as long as `matches` and is never true: for accounts that do not exist. */
  abstract pretend(password: string): Promise<false>;
}

/** Randomness nobody can guess. */
export abstract class RandomText {
  /** Letters and digits, each equally likely. */
  abstract letters(length: number): string;
}

/** The time now. */
export abstract class Clock {
  abstract now(): Date;
}
