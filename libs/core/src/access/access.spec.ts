import { describe, expect, it } from '@jest/globals';
import type { PageOf } from '../paging/index.js';
import { AuditLog, type AuditEntry, type NewAuditEntry } from '../audit/index.js';
import { AccountStore, ApiKeyStore, type NewApiKey } from './access-store.js';
import type { Account, AccountView } from './account.js';
import type { ApiKey, ApiKeyView } from './api-key.js';
import { ApiKeys } from './api-keys.js';
import { actorOf, isAdmitted, ownerFilter, type Caller } from './caller.js';
import { LogIn } from './log-in.js';
import { Clock, PasswordHasher, RandomText } from './ports.js';

const start = new Date('2026-01-01T00:00:00Z');
class SetClock extends Clock {
  at = start;
  now(): Date {
    return this.at;
  }
}
class CountingText extends RandomText {
  private count = 0;
  letters(length: number): string {
    this.count += 1;
    return String(this.count).padStart(length, 'A');
  }
}
class ListedAudit extends AuditLog {
  readonly entries: NewAuditEntry[] = [];
  record(entry: NewAuditEntry): Promise<void> {
    this.entries.push(entry);
    return Promise.resolve();
  }
  list(): Promise<PageOf<AuditEntry>> {
    return Promise.resolve({ items: [], next: null });
  }
}
class MapKeys extends ApiKeyStore {
  readonly rows = new Map<string, ApiKey>();
  uses = 0;
  findByPrefix(prefix: string): Promise<ApiKey | undefined> {
    return Promise.resolve([...this.rows.values()].find((key) => key.prefix === prefix));
  }
  add(key: NewApiKey): Promise<ApiKey> {
    const id = String(this.rows.size + 1);
    const made: ApiKey = { ...key, id, createdAt: start, lastUsedAt: null, revokedAt: null };
    this.rows.set(id, made);
    return Promise.resolve(made);
  }
  revoke(id: string, at: Date): Promise<ApiKey> {
    return Promise.resolve(this.change(id, { revokedAt: at }));
  }
  used(id: string, at: Date): Promise<void> {
    this.uses += 1;
    this.change(id, { lastUsedAt: at });
    return Promise.resolve();
  }
  list(): Promise<PageOf<ApiKeyView>> {
    return Promise.resolve({ items: [], next: null });
  }
  private change(id: string, change: Partial<ApiKey>): ApiKey {
    const key = this.rows.get(id);
    if (!key) throw new Error('no such key');
    const changed = { ...key, ...change };
    this.rows.set(id, changed);
    return changed;
  }
}

const refused = expect.objectContaining({ code: 'unauthenticated' });
const keysWith = () => {
  const clock = new SetClock();
  const store = new MapKeys();
  const audit = new ListedAudit();
  return { clock, store, audit, keys: new ApiKeys(store, new CountingText(), audit, clock) };
};

describe('API keys', () => {
  it('open nothing with a wrong secret, a wrong form, once revoked or after their time', async () => {
    const { keys, clock } = keysWith();
    const { key, apiKey } = await keys.issue({ name: 'k', scopes: ['jobs:read'], expiresAt: new Date('2026-01-02T00:00:00Z') }, 'staff:1');
    await expect(keys.check(`${key.slice(0, -1)}Z`)).rejects.toEqual(refused);
    for (const other of ['', 'hwk_', key.slice(1), `${key} `, key.toLowerCase()]) await expect(keys.check(other)).rejects.toEqual(refused);
    expect(await keys.check(key)).toEqual({ kind: 'key', keyId: apiKey.id, scopes: ['jobs:read'] });
    clock.at = new Date('2026-01-02T00:00:00Z');
    await expect(keys.check(key)).rejects.toEqual(refused);
    clock.at = start;
    await keys.revoke(apiKey.id, 'staff:1');
    await expect(keys.check(key)).rejects.toEqual(refused);
  });

  it('leave neither themselves nor their hash in what is shown or audited', async () => {
    const { keys, audit, store } = keysWith();
    const { key, apiKey } = await keys.issue({ name: 'k', scopes: ['paymenter'] }, 'staff:1');
    expect(JSON.stringify([apiKey, audit.entries, [...store.rows.values()]])).not.toContain(key);
    expect(apiKey).not.toHaveProperty('keyHash');
    expect(audit.entries).toMatchObject([{ actor: 'staff:1', action: 'api_key.issued' }]);
  });

  it('note their use once a minute', async () => {
    const { keys, store, clock } = keysWith();
    const { key } = await keys.issue({ name: 'k', scopes: ['paymenter'] }, 'staff:1');
    for (const seconds of [0, 30, 60, 61, 62]) {
      clock.at = new Date(start.getTime() + seconds * 1000);
      await keys.check(key);
    }
    expect(store.uses).toBe(2);
  });
});

describe('logging in', () => {
  const account = (over: Partial<Account> = {}): Account => ({
    id: '1',
    email: 'a@example.com',
    passwordHash: 'hash of right',
    role: 'staff',
    customerId: null,
    createdAt: start,
    lastLoginAt: null,
    disabledAt: null,
    tokensValidFrom: null,
    ...over,
  });
  class PlainPasswords extends PasswordHasher {
    work = 0;
    hash(password: string): Promise<string> {
      return Promise.resolve(`hash of ${password}`);
    }
    async matches(hash: string, password: string): Promise<boolean> {
      this.work += 1;
      return hash === (await this.hash(password));
    }
    pretend(): Promise<false> {
      this.work += 1;
      return Promise.resolve(false);
    }
  }
  class OneAccount extends AccountStore {
    constructor(private readonly only: Account) {
      super();
    }
    loggedInAt: Date | undefined;
    findByEmail(email: string): Promise<Account | undefined> {
      return Promise.resolve(email === this.only.email ? this.only : undefined);
    }
    find(): Promise<Account | undefined> {
      return Promise.resolve(this.only);
    }
    add(): Promise<Account> {
      return Promise.resolve(this.only);
    }
    change(): Promise<Account> {
      return Promise.resolve(this.only);
    }
    loggedIn(_id: string, at: Date): Promise<void> {
      this.loggedInAt = at;
      return Promise.resolve();
    }
    list(): Promise<PageOf<AccountView>> {
      return Promise.resolve({ items: [], next: null });
    }
  }

  it.each([
    ['an unknown address', account(), 'b@example.com', 'right'],
    ['a wrong password', account(), 'a@example.com', 'wrong'],
    ['a disabled account', account({ disabledAt: start }), 'a@example.com', 'right'],
  ])('costs and says the same with %s', async (_, only, email, password) => {
    const passwords = new PlainPasswords();
    const store = new OneAccount(only);
    await expect(new LogIn(store, passwords, new SetClock()).enter(email, password)).rejects.toEqual(
      expect.objectContaining({ code: 'unauthenticated', message: 'e-mail address or password is wrong' }),
    );
    expect([passwords.work, store.loggedInAt]).toEqual([1, undefined]);
  });

  it('notes when somebody came in', async () => {
    const store = new OneAccount(account());
    await new LogIn(store, new PlainPasswords(), new SetClock()).enter('a@example.com', 'right');
    expect(store.loggedInAt).toBe(start);
  });
});

describe('who may call', () => {
  const staff: Caller = { kind: 'staff', accountId: '1' };
  const customer: Caller = { kind: 'customer', accountId: '2', customerId: '7' };
  const key: Caller = { kind: 'key', keyId: '3', scopes: ['jobs:read'] };

  it('is nobody where nobody is named', () => {
    for (const caller of [staff, customer, key]) expect(isAdmitted(caller, {})).toBe(false);
  });

  it('is only who is named', () => {
    expect([staff, customer, key].map((caller) => isAdmitted(caller, { staff: true }))).toEqual([true, false, false]);
    expect([staff, customer, key].map((caller) => isAdmitted(caller, { customer: true }))).toEqual([false, true, false]);
    expect([staff, customer, key].map((caller) => isAdmitted(caller, { scope: 'jobs:read' }))).toEqual([false, false, true]);
    expect(isAdmitted(key, { scope: 'jobs:write' })).toBe(false);
  });

  it('sees everything but for customers', () => {
    expect([staff, customer, key].map(ownerFilter)).toEqual([undefined, '7', undefined]);
    expect([staff, customer, key].map(actorOf)).toEqual(['staff:1', 'customer:2', 'key:3']);
  });
});
