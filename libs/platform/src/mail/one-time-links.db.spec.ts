import { createSecretKey, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { hashOfLinkToken } from '@hostwright/core';
import { createTestDatabase, type TestDatabase } from '../testing/index.js';
import { LinkMaker, PgOneTimeLinks } from './index.js';

let db: TestDatabase;
let links: PgOneTimeLinks;
let maker: LinkMaker;
let customerId: string;
let count = 0;

beforeAll(async () => {
  db = await createTestDatabase();
  links = new PgOneTimeLinks(db.pool);
  maker = new LinkMaker(db.pool, createSecretKey(randomBytes(32)));
});
afterAll(() => db.drop());
beforeEach(async () => {
  count += 1;
  customerId = await one(`INSERT INTO customer (email, name) VALUES ($1, 'Ann') RETURNING id`, [`Ann${count}@example.com`]);
});

async function one<T = string>(text: string, values: readonly unknown[] = []): Promise<T> {
  const { rows } = await db.pool.query<Record<string, T>>(text, [...values]);
  return Object.values(rows[0] ?? {})[0] as T;
}
const tokenOf = async (task: string): Promise<string> => (await maker.open({ customerId }, task))!;
const hash = (token: string): string => hashOfLinkToken(token)!;
const account = (over: { role?: string; customer?: string | null; disabled?: boolean } = {}) =>
  one(
    `INSERT INTO account (email, password_hash, role, customer_id, disabled_at) VALUES ($1, 'before', $2, $3, CASE WHEN $4 THEN now() END) RETURNING id`,
    [`ann${count}@EXAMPLE.com`, over.role ?? 'customer', over.customer === undefined ? customerId : over.customer, over.disabled ?? false],
  );
const passwords = () => one<string[]>(`SELECT array_agg(password_hash) FROM account WHERE lower(email) = $1`, [`ann${count}@example.com`]);

describe('one-time links', () => {
  it('make the account of a customer who has none', async () => {
    const made = await links.setPassword(hash(await tokenOf('1')), 'after');
    expect(made).toMatchObject({ email: `Ann${count}@example.com`, role: 'customer', customerId, passwordHash: 'after', disabledAt: null });
  });

  it('change the password of one who has, and end the log-ins made with it', async () => {
    const id = await account();
    const changed = await links.setPassword(hash(await tokenOf('1')), 'after');
    expect(changed).toMatchObject({ id, passwordHash: 'after' });
    expect(changed?.tokensValidFrom).toBeInstanceOf(Date);
  });

  it('work once, whoever comes with them and how many at a time', async () => {
    const tokens = await Promise.all(['1', '2', '3'].map(tokenOf));
    const tries = await Promise.all([...tokens, ...tokens].map((token, at) => links.setPassword(hash(token), `after ${at}`)));
    const [won, ...others] = tries.filter((one) => one !== undefined);
    expect(others).toEqual([]);
    expect(await passwords()).toEqual([won?.passwordHash]);
    for (const token of tokens) expect(await links.find(hash(token))).toMatchObject({ state: 'used' });
  });

  it('work no longer than they should', async () => {
    const token = await tokenOf('1');
    await db.pool.query(`UPDATE one_time_link SET expires_at = now() WHERE token_hash = $1`, [hash(token)]);
    expect(await links.find(hash(token))).toMatchObject({ state: 'expired' });
    expect(await links.setPassword(hash(token), 'after')).toBeUndefined();
    expect(await passwords()).toBeNull();
  });

  it.each([
    ['a disabled account', { disabled: true }],
    ['an account of staff', { role: 'staff', customer: null }],
  ])('never open %s, and are not used up by it', async (_, over) => {
    await account(over);
    const token = await tokenOf('1');
    await expect(links.setPassword(hash(token), 'after')).rejects.toMatchObject({ code: 'conflict' });
    expect(await passwords()).toEqual(['before']);
    expect(await links.find(hash(token))).toMatchObject({ state: 'open' });
  });

  it('are the same in a mail that is sent again, and none once the link was used', async () => {
    const token = await tokenOf('7');
    await db.pool.query(`UPDATE one_time_link SET expires_at = now()`);
    expect(await tokenOf('7')).toBe(token);
    expect(await links.find(hash(token))).toMatchObject({ state: 'open' });
    expect(await tokenOf('8')).not.toBe(token);
    await links.setPassword(hash(token), 'after');
    expect(await maker.open({ customerId }, '7')).toBeUndefined();
  });

  it('of an account set its password, whatever its role, once', async () => {
    const staff = await account({ role: 'staff', customer: null });
    const ofStaff = (await maker.open({ accountId: staff }, '1', 2))!;
    expect(await links.find(hash(ofStaff))).toMatchObject({
      state: 'open',
      accountId: staff,
      customerId: null,
      email: `ann${count}@EXAMPLE.com`,
    });
    const set = await links.setPassword(hash(ofStaff), 'after');
    expect(set).toMatchObject({ id: staff, role: 'staff', customerId: null, passwordHash: 'after' });
    expect(set?.tokensValidFrom).toBeInstanceOf(Date);
    expect(await links.setPassword(hash(ofStaff), 'once more')).toBeUndefined();
  });

  it('of a customer and of their account end each other', async () => {
    const id = await account();
    const all = [await tokenOf('1'), (await maker.open({ accountId: id }, '2'))!, (await maker.open({ accountId: id }, '3'))!];
    const tries = await Promise.all(all.map((token) => links.setPassword(hash(token), 'after')));
    expect(tries.filter((one) => one !== undefined)).toHaveLength(1);
    for (const token of all) expect(await links.find(hash(token))).toMatchObject({ state: 'used' });
  });

  it('of a disabled account open nothing, and are not used up by it', async () => {
    const token = (await maker.open({ accountId: await account({ disabled: true }) }, '1'))!;
    await expect(links.setPassword(hash(token), 'after')).rejects.toMatchObject({ code: 'conflict' });
    expect(await passwords()).toEqual(['before']);
    expect(await links.find(hash(token))).toMatchObject({ state: 'open' });
  });

  it('cannot be read out of the database', async () => {
    const token = await tokenOf('1');
    expect(await one(`SELECT json_agg(l)::text FROM one_time_link l`)).not.toContain(token);
    expect(hashOfLinkToken(`${token} `)).toBeUndefined();
    expect(await links.find(token)).toBeUndefined();
  });

  it('are forgotten long after they are over', async () => {
    const old = await tokenOf('1');
    const fresh = await tokenOf('2');
    await db.pool.query(`UPDATE one_time_link SET expires_at = now() - interval '91 days' WHERE token_hash = $1`, [hash(old)]);
    await maker.forget();
    expect(await links.find(hash(old))).toBeUndefined();
    expect(await links.find(hash(fresh))).toMatchObject({ state: 'open' });
  });
});
