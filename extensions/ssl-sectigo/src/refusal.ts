import { PanelError, type ErrorCode, type HttpHeaders } from '@hostwright/sdk';

/*
 * Sectigo's answers as our codes. A refusal comes with HTTP 200 and a negative number that means different things in different calls; those
 * below mean the same in all of them. Source: docs.sectigo.com/sps, the tables of error codes.
 */

export interface Exchange {
  /** The call's name, for messages. */
  readonly what: string;
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly text: string;
}

/** A definite no. */
export class Refusal extends PanelError {
  constructor(
    code: ErrorCode,
    message: string,
    /** Sectigo's, negative. */
    readonly number: number,
    retryAfterMs?: number,
  ) {
    super(code, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
}

const minute = 60_000;
/** How often a certificate may be collected; the only pace that Sectigo names, so it is kept after `-42` (call limit) too. */
export const collectEveryMs = 180 * minute;
const beingIssuedMs = 10 * minute;
/** An order without credit is not to be sent again and again: this often it may be, for somebody who has topped up the account. */
const noCreditMs = 30 * minute;
const longestText = 300;

/** The first when no words on the reason were sent. */
const beingIssued: readonly number[] = [-23, -26];

/** What the account's owner, or who wrote the product's settings, has to mend. The job goes on by itself then, and asks no more often than that. */
const toMend: Readonly<Record<number, string>> = {
  [-1]: 'the API address must begin with https://',
  [-15]: 'there is not enough credit: top up the account',
  [-16]: 'the login was refused: wrong, locked, expired, from an address that is not allowed, or without the permission',
  [-91]: 'the account has no permission for this',
  [-115]: 'the product has no price for so many days',
};

export function isRefusedWith(error: unknown, ...numbers: readonly number[]): error is Refusal {
  return error instanceof Refusal && numbers.includes(error.number);
}

export function isRefused(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 'rejected';
}

/** A negative number of Sectigo's as an error: a `Refusal`, or `unknown_outcome` for "an unknown error". */
export function refusalOf(what: string, number: number, said: string): PanelError {
  const text = said.length > longestText ? `${said.slice(0, longestText)}…` : said;
  const words = `${what}: Sectigo answered ${number}${text === '' ? '' : ` (${text})`}`;
  const mend = toMend[number];
  if (mend !== undefined) return new Refusal('invalid_config', `${words}: ${mend}`, number, number === -15 ? noCreditMs : undefined);
  if (number === -14) return new PanelError('unknown_outcome', words);
  if (number === -42) return new Refusal('unavailable', `${words}: too many calls`, number, collectEveryMs);
  if (beingIssued.includes(number))
    return new Refusal('unavailable', `${words}: the certificate is being issued just now`, number, beingIssuedMs);
  return new Refusal('rejected', words, number);
}
