import { describe, expect, it } from '@jest/globals';
import { failureOf, passingFaults, strangersMark } from '@hostwright/sdk-testing';
import {
  aSandbox,
  domain,
  ensureZone,
  expectWholeZone,
  mark,
  plantRecord,
  plantZone,
  recordsOf,
  removeZone,
  standing,
  zonesOf,
} from '../test/stage.js';

describe('a zone that is to go', () => {
  it('goes with every record in it, and going twice is fine', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    await plantRecord(sandbox, 42, 'blog', 'A', '192.0.2.77');
    await plantRecord(sandbox, 42, '_sip._tcp', 'SRV', '5 5060 sip.example.net.');
    await plantRecord(sandbox, 42, '@', 'CAA', '0 issue "letsencrypt.org"');
    await removeZone(sandbox);
    expect(sandbox.ledger()).toEqual([]);
    const again = await removeZone(sandbox);
    expect(again.skipped).toEqual(['take zone down', 'remove records', 'remove zone']);
  });

  it('leaves other zones and their records alone', async () => {
    const sandbox = await aSandbox();
    const other = await plantZone(sandbox, `${domain}.net`);
    await plantRecord(sandbox, other, 'www', 'A', '192.0.2.9');
    const before = standing(sandbox);
    await ensureZone(sandbox);
    await removeZone(sandbox);
    expect(standing(sandbox)).toEqual(before);
  });

  it('is left alone when it is somebody else’s', async () => {
    const sandbox = await aSandbox();
    await plantRecord(sandbox, await plantZone(sandbox), '_hostwright', 'TXT', strangersMark);
    const before = standing(sandbox);
    expect((await failureOf(removeZone(sandbox))).cause).toMatchObject({ code: 'not_owned' });
    expect(standing(sandbox)).toEqual(before);
  });

  it.each(['dns_zone_get', 'dns_rr_get_all_by_zone'])('is left alone when its mark turns into another’s at any %s', async (method) => {
    for (let after = 0; after < 12; after += 1) {
      const sandbox = await aSandbox();
      await ensureZone(sandbox);
      sandbox.fault({ kind: 'wrong_owner', path: `${method}$`, after, times: 100 });
      const ended = await removeZone(sandbox).then(
        () => undefined,
        (error: { cause: unknown }) => error.cause,
      );
      // Late in the removal there is no mark to be read any more, and nothing to be destroyed.
      if (ended === undefined) expect(sandbox.ledger()).toEqual([]);
      else {
        expect(['not_owned', 'unknown_outcome']).toContain((ended as { code: string }).code);
        expect(zonesOf(sandbox)).toHaveLength(1);
      }
    }
  });

  it.each(['take zone down', 'remove records', 'remove zone'])('is gone after a crash after "%s"', async (step) => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    await removeZone(sandbox, { crashAfterCall: step });
    expect(sandbox.ledger()).toEqual([]);
  });

  const calls = ['dns_zone_update', 'dns_a_delete', 'dns_ns_delete', 'dns_txt_delete', 'dns_zone_delete'];
  it.each(calls.flatMap((method) => passingFaults.map((kind) => [kind, method] as const)))(
    'is gone after %s at %s',
    async (kind, method) => {
      const sandbox = await aSandbox();
      await ensureZone(sandbox);
      sandbox.fault({ kind, path: `${method}$` });
      await removeZone(sandbox);
      expect(sandbox.ledger()).toEqual([]);
    },
  );

  it('is off the name servers, and still known as ours, whenever its removal breaks off', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    sandbox.fault({ kind: 'hang', path: 'dns_zone_delete$' });
    await failureOf(removeZone(sandbox, { deadlineMs: 800, attempts: 1 }));
    expect(recordsOf(sandbox)).toEqual([]);
    expect(zonesOf(sandbox)).toEqual([
      expect.objectContaining({ owner: mark, details: expect.objectContaining({ active: 'N', served: false }) }),
    ]);
    await removeZone(sandbox);
    expect(sandbox.ledger()).toEqual([]);
  });

  it('takes with it a record that took effect after the others were deleted', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    sandbox.fault({ kind: 'late_success', path: 'dns_zone_delete$', delayMs: 50 });
    const removed = removeZone(sandbox, { pauseMs: 80 });
    await plantLate();
    await removed;
    expect(sandbox.ledger()).toEqual([]);

    /** A record of an operation that was given up, once the zone has none left. */
    async function plantLate(): Promise<void> {
      while (recordsOf(sandbox).length > 0) await new Promise((resolve) => setTimeout(resolve, 2));
      await plantRecord(sandbox, 42, 'late', 'A', '192.0.2.8');
    }
  });

  it('can be made again afterwards', async () => {
    const sandbox = await aSandbox();
    await ensureZone(sandbox);
    await removeZone(sandbox);
    await ensureZone(sandbox);
    expectWholeZone(sandbox);
  });
});
