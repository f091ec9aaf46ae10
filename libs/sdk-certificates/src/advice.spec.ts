import { expect, it, describe } from '@jest/globals';
import { testCtx } from '@hostwright/sdk-testing';
import { AuthorityInMemory } from '../test/authority-in-memory.js';
import type { CertificateAuthority, Organization } from './index.js';
import { obtainCertificate, type Obtaining } from './obtain.js';

const day = 86_400_000;
const record = { name: '_v.a.example.com', type: 'CNAME', content: 'v.authority.example' } as const;

interface Given {
  readonly advice?: string;
  readonly giveUpAfterMs?: number;
}

/** What the steps are given, up to the wait for the certificate of order 7. */
async function stepsOf(obtaining: Partial<Obtaining>, change: Partial<CertificateAuthority> = {}): Promise<ReadonlyMap<string, Given>> {
  const authority = { ...(await AuthorityInMemory.make()).asAuthority([record]), ...change };
  const steps = new Map<string, Given>();
  const outputs: Readonly<Record<string, unknown>> = {
    'make key': { csr: 'CSR', once: '0'.repeat(20) },
    'order certificate': { orderId: '7' },
    'read validation': [record],
  };
  const step = (name: unknown, given: Given) => {
    steps.set(String(name), given);
    return name === 'await certificate' ? Promise.reject(new Error('that far')) : Promise.resolve(outputs[String(name)]);
  };
  const all = { ctx: testCtx(), step, skip: () => undefined, authority, ordering: authority.order, names: ['a.example.com'], ...obtaining };
  await expect(obtainCertificate(all as never)).rejects.toThrow('that far');
  return steps;
}

describe('whoever is asked about a certificate', () => {
  it('that does not come is told what to look at: the order, and the records', async () => {
    const steps = await stepsOf({});
    expect(steps.get('await certificate')!.advice).toMatch(
      /order 7 at the authority.* whether this stands in the DNS: _v\.a\.example\.com CNAME v\.authority\.example/,
    );
    expect(steps.get('read validation')!.advice).toMatch(/order 7 at the authority/);
  });

  it('whose order may have been placed is told what its authority knows', async () => {
    const { order } = (await AuthorityInMemory.make()).asAuthority();
    const ordering = { ...order, advice: ({ reference }: { readonly reference: string }) => `Look for ${reference}.` };
    expect((await stepsOf({ ordering })).get('order certificate')!.advice).toMatch(/^Look for hw-test/);
  });

  it('is asked within days where nobody but the authority is waited for, and later where people have something to do', async () => {
    const patient = { validationGiveUpMs: 60 * day };
    const waits = async (obtaining: Partial<Obtaining>) =>
      (await stepsOf(obtaining, patient)).get('await certificate')!.giveUpAfterMs! / day;
    const organization = { name: 'Engines', contact: {} } as Organization;
    expect([await waits({}), await waits({ publish: false }), await waits({ organization })]).toEqual([3, 60, 60]);
  });
});
