import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { PanelError } from '@hostwright/sdk';
import { ApiSettings } from '../api-settings.js';

/** Addresses may try ten times as often as they may try one account: a company's staff share one. */
const accountsPerAddress = 10;

/** A link is looked at, used, and used again with a password that is long enough. */
const triesPerLink = 3;

/** Slows down whoever calls or guesses too much. Counted per process: with several, each allows its own share. */
@Injectable()
export class RateLimits {
  private readonly calls: RateLimiterMemory;
  private readonly loginsPerAccount: RateLimiterMemory;
  private readonly loginsPerAddress: RateLimiterMemory;
  private readonly linksPerAddress: RateLimiterMemory;
  private readonly resetsPerAddress: RateLimiterMemory;

  constructor({ apiRatePerMinute, loginRatePerMinute }: ApiSettings) {
    this.calls = new RateLimiterMemory({ points: apiRatePerMinute, duration: 60 });
    this.loginsPerAccount = new RateLimiterMemory({ points: loginRatePerMinute, duration: 60 });
    this.loginsPerAddress = new RateLimiterMemory({ points: loginRatePerMinute * accountsPerAddress, duration: 60 });
    this.linksPerAddress = new RateLimiterMemory({ points: loginRatePerMinute * triesPerLink, duration: 60 });
    this.resetsPerAddress = new RateLimiterMemory({ points: loginRatePerMinute, duration: 60 });
  }

  /** Throws `too_many_requests`. `who`: an actor, or the address of somebody unknown. */
  call(who: string): Promise<void> {
    return consume(this.calls, who, 'too many requests; try again later');
  }

  /** Throws `too_many_requests`. Call it before the password is looked at. */
  async login(address: string, email: string): Promise<void> {
    await consume(this.loginsPerAddress, address, 'too many attempts to log in; try again later');
    await consume(this.loginsPerAccount, `${address} ${email.toLowerCase()}`, 'too many attempts to log in; try again later');
  }

  /** Throws `too_many_requests`. Call it before a link is looked up. */
  link(address: string): Promise<void> {
    return consume(this.linksPerAddress, address, 'too many attempts with links; try again later');
  }

  /** Throws `too_many_requests`. Call it before a new password is asked for, whoever it is for. */
  reset(address: string): Promise<void> {
    return consume(this.resetsPerAddress, address, 'too many new passwords asked for; try again later');
  }

  /** Whoever knew the password starts anew. */
  async loggedIn(address: string, email: string): Promise<void> {
    await this.loginsPerAccount.delete(`${address} ${email.toLowerCase()}`);
  }
}

async function consume(limiter: RateLimiterMemory, key: string, message: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new PanelError('too_many_requests', message, { retryAfterMs: refusal.msBeforeNext });
  }
}
