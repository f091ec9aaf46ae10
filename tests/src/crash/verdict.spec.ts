import { describe, expect, it } from '@jest/globals';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import { idOf, runOf } from './crash-run.js';
import type { RunningShop, Service } from './installation.js';
import { askingOf, complaintOf, verdictLine } from './report.js';
import { leftovers, ledgerOf, siteFlaws } from './verdict.js';

const wanted = [
  { kind: 'machine', count: 1 },
  { kind: 'site', count: 1, details: { starts: 1 } },
];
const machine = (id: string, owner = 'hw-a-1'): LedgerEntry => ({ kind: 'machine', id, owner });
const site = (starts = 1): LedgerEntry => ({ kind: 'site', id: '7', owner: 'hw-a-1', details: { starts } });

describe('the verdict on a site', () => {
  it.each([
    ['complete', [machine('7'), site()], []],
    ['without its machine', [site()], ['lost']],
    ['with two machines', [machine('7'), machine('8'), site()], ['doubled']],
    ['set up twice', [machine('7'), site(2)], ['doubled']],
    ['with something nobody ordered', [machine('7'), site(), { kind: 'disk', id: '9' }], ['orphaned']],
  ])('%s', (_name, entries: LedgerEntry[], kinds: string[]) => {
    expect(siteFlaws(entries, wanted).map(({ kind }) => kind)).toEqual(kinds);
  });

  it('names what is left of one that is over', () => {
    expect(leftovers([machine('7')])).toEqual([{ kind: 'orphaned', what: 'machine 7 is left' }]);
  });

  it('finds whose a thing without a mark is by the names it bears, and by the whole of them, or by what it is part of', () => {
    const shop = {
      standing: new Set(['zone 3']),
      providers: {
        dns: {
          ledger: () => [
            { kind: 'certificate', id: '1', details: { domains: ['customer-12.example.net'] } },
            machine('7', 'hw-a-99'),
            { kind: 'zone', id: '3' },
            { kind: 'backup', id: '8', within: 'machine 9' },
            machine('9', 'hw-customer-1'),
            { kind: 'backup', id: '6', within: 'machine 7' },
          ],
        },
      },
    } as unknown as RunningShop;
    const [one, twelve] = ['customer-1', 'customer-12'].map((name): Service => {
      return { shop, serviceId: '', createJobId: '', marks: [`hw-${name}`], names: [name], domain: `${name}.example`, numbers: [] };
    });
    const ledger = ledgerOf(shop, [one!, twelve!]);
    const ids = [ledger.of(one!), ledger.of(twelve!), ledger.strange].map((entries) => entries.map(({ id }) => id));
    expect(ids).toEqual([['8', '9'], ['1'], ['7', '6']]);
  });
});

describe('a run', () => {
  const run = { scenario: 'roll back', key: 'site / create machine', boundary: 'after undo', answer: 'lost_reply' } as const;

  it('can be named and found again', () => {
    expect(runOf(idOf(run))).toEqual(run);
    expect(() => runOf('create :: x')).toThrow('is not a run');
  });

  it('proves nothing when its boundary or its answer was not met', () => {
    const outcome = { run, reached: true, answered: true, flaws: [] };
    expect(complaintOf(outcome)).toBeUndefined();
    expect(complaintOf({ ...outcome, reached: false })).toContain('not met');
    expect(complaintOf({ ...outcome, answered: false })).toContain('not met');
  });

  it('that ends where only a person can tell is as it should be, and counted', () => {
    const asking = { run, reached: true, answered: true, asks: true, flaws: [] } as const;
    const others = [
      { ...asking, reached: false },
      { ...asking, flaws: [{ kind: 'doubled', what: '' } as const] },
    ];
    expect(askingOf([asking, ...others])).toBe(1);
    expect(verdictLine(1, 1, [[]], 1)).toBe('runs 1 of 1 lost 0 doubled 0 orphaned 0 stuck 0 asks a person 1');
  });

  it('is counted once under each kind of what went wrong', () => {
    const flaw = (kind: 'lost' | 'stuck') => ({ kind, what: '' });
    expect(verdictLine(1, 2, [[], [flaw('lost'), flaw('lost'), flaw('stuck')]])).toBe('runs 1 of 2 lost 1 doubled 0 orphaned 0 stuck 1');
  });
});
