import { describe, expect, it } from '@jest/globals';
import { done, PanelError, type Polled, type TaskStep, type ValidationRecord } from '@hostwright/sdk';
import { testCtx, type TestCtx } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import type { CertificateAuthority } from './authority.js';
import { obtainCertificate } from './obtain.js';
import { recordsInDns } from './records-in-dns.js';

const one: ValidationRecord = { name: '_acme-challenge.a.example.com', type: 'TXT', content: 'one' };
const other: ValidationRecord = { name: '_acme-challenge.b.example.com', type: 'CNAME', content: 'Other.Example.org' };
const minute = 60_000;

/** Looks until the wait is over, at most so often; answers how often it looked and how long it would have waited. */
async function wait(ctx: TestCtx, ours: boolean, most = 200) {
  const { run, until } = recordsInDns(ctx, [one, other], { ours, giveUpAfterMs: 1 });
  let task = await run(undefined);
  let [looks, waitedMs] = [0, 0];
  for (; looks < most; looks += 1) {
    const found: Polled<typeof task | undefined, undefined> = await until(task);
    if (found.state !== 'pending') return { state: found.state, looks, waitedMs };
    task = found.task!;
    waitedMs += found.afterMs!;
  }
  return { state: 'pending', looks, waitedMs };
}

const shows = (values: Readonly<Record<string, readonly string[]>>) => testCtx({ resolve: (name) => Promise.resolve(values[name] ?? []) });

describe('the wait for records in the DNS', () => {
  it('is over when all of them are seen, ours not before they can be', async () => {
    const ctx = shows({ [one.name]: ['strange', 'one'], [other.name]: ['other.example.org'] });
    expect(await wait(ctx, true)).toEqual({ state: 'done', looks: 1, waitedMs: 5_000 });
    expect(await wait(ctx, false)).toEqual({ state: 'done', looks: 0, waitedMs: 0 });
  });

  it('asks past the caches, which remember that nothing was there', async () => {
    const asked: unknown[] = [];
    const ctx = testCtx({ resolve: async (...given) => (asked.push(given), ['one']) });
    await wait(ctx, false, 1);
    expect(asked).toEqual([
      [one.name, 'TXT', { fresh: true }],
      [other.name, 'CNAME', { fresh: true }],
    ]);
  });

  it('for ours ends after half an hour, with a word for the log: the authority may see what is not seen from here', async () => {
    const ctx = shows({ [one.name]: ['one'] });
    const { state, waitedMs } = await wait(ctx, true);
    expect([state, Math.round(waitedMs / minute)]).toEqual(['done', 30]);
    expect(ctx.logged.join()).toContain(other.name);
  });

  it('for the customer’s goes on, ever more seldom', async () => {
    const { state, looks, waitedMs } = await wait(shows({ [one.name]: ['one'] }), false);
    expect([state, looks]).toEqual(['pending', 200]);
    expect(waitedMs).toBeGreaterThan(12 * 60 * minute);
  });

  it('takes a domain for which nobody answers for one without the record, and a name that is none for what it is', async () => {
    const failing = (code: 'unavailable' | 'invalid_input') => testCtx({ resolve: () => Promise.reject(new PanelError(code, 'no')) });
    expect(await wait(failing('unavailable'), false, 5)).toMatchObject({ state: 'pending' });
    await expect(wait(failing('invalid_input'), false, 5)).rejects.toMatchObject({ code: 'invalid_input' });
  });

  const says = 'Add this record to your DNS: _acme-challenge.a.example.com TXT one';
  const looksOnce = { looksOnce: true as const };
  const validated = { validated: () => Promise.resolve(done()) };

  it.each<[string, boolean, string | undefined, Partial<CertificateAuthority>]>([
    ['await records', false, says, looksOnce],
    ['await records', true, undefined, looksOnce],
    ['await validation', false, says, validated],
    ['await validation', true, undefined, validated],
    ['await certificate', false, says, {}],
    ['await certificate', true, undefined, {}],
  ])('says in "%s" what the customer has to add, where it is not published by us (%s): %s', async (at, publish, said, more) => {
    const told: string[] = [];
    const known: Readonly<Record<string, unknown>> = {
      'make key': { csr: '', once: '' },
      'order certificate': { orderId: '1' },
      'read validation': [one],
    };
    const step = (given: string | readonly string[], spec: TaskStep<never, never, never>): Promise<unknown> => {
      const name = String(given);
      if (name === 'confirm validation') told.push(name);
      if (name !== at) return Promise.resolve(known[name]);
      expect(spec.says).toBe(said);
      return Promise.reject(new Error('it waits'));
    };
    const authority: CertificateAuthority = {
      ...(await AuthorityInMemory.make()).asAuthority(),
      confirm: () => Promise.resolve(),
      ...more,
    };
    const { order: ordering } = authority;
    const names = ['a.example.com'];
    const asked = { ctx: testCtx(), step: step as never, skip: () => undefined, authority, ordering, names, publish };
    await expect(obtainCertificate(asked)).rejects.toThrow('it waits');
    // One that looks once is told when the record stands.
    expect(told).toHaveLength(authority.looksOnce ? 0 : 1);
  });
});
