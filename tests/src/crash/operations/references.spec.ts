import { describe, expect, it } from '@jest/globals';
import type { Json } from '@hostwright/sdk';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import type { EndState } from './end-state.js';
import { References } from './references.js';

type End = Pick<EndState, 'panel' | 'things'>;

const container = (details: Record<string, Json>, id = '<3>'): LedgerEntry => ({ kind: 'container', id, owner: '<0>', details });
const snapshot = (name: string): LedgerEntry => ({ kind: 'snapshot', id: `<3>/${name}`, owner: '<0>' });
const end = (things: readonly LedgerEntry[], panel: Record<string, Json> = {}): End => {
  return { panel: { job: 'completed', service: 'suspended', ...panel }, things };
};
const stopped = (more: Record<string, Json> = {}): LedgerEntry => container({ status: 'stopped', memoryMib: 2048, uptime: 1, ...more });

/** What two services that nobody disturbed have come to. */
function learned(): References {
  const references = new References();
  references.learn('suspend', end([stopped({ uptime: 5 }), snapshot('initial')], { issuedAt: 'today' }));
  references.learn('suspend', end([stopped({ uptime: 9 }), snapshot('initial')], { issuedAt: 'tomorrow' }));
  return references;
}

describe('what an operation has come to', () => {
  it.each<[string, End, string[]]>([
    [
      'is right when it is as it is undisturbed, but for what differs then too',
      end([stopped(), snapshot('initial')], { issuedAt: 'x' }),
      [],
    ],
    [
      'is not when something is in another state',
      end([container({ status: 'running', memoryMib: 2048, uptime: 1 }), snapshot('initial')], { issuedAt: 'x' }),
      ['lost'],
    ],
    ['is not when a figure is another', end([stopped({ memoryMib: 4096 }), snapshot('initial')], { issuedAt: 'x' }), ['lost']],
    [
      'is not when there is one more of a kind',
      end([stopped(), snapshot('initial'), snapshot('BAK25112026-1')], { issuedAt: 'x' }),
      ['doubled'],
    ],
    ['is not when one is missing', end([stopped()], { issuedAt: 'x' }), ['lost']],
    [
      'is not when something of another kind is there',
      end([stopped(), snapshot('initial'), { kind: 'disk', id: '7' }], { issuedAt: 'x' }),
      ['orphaned'],
    ],
    ['is not when the panel says something else', end([stopped(), snapshot('initial')], { issuedAt: 'x', service: 'active' }), ['lost']],
    ['is not when somebody is asked', end([stopped(), snapshot('initial')], { issuedAt: 'x', job: 'needs_operator' }), ['stuck']],
    [
      'is not when a thing lacks what the others have',
      end([container({ status: 'stopped', memoryMib: 2048 }), snapshot('initial')], { issuedAt: 'x' }),
      ['lost'],
    ],
  ])('%s', (_, seen, kinds) => {
    expect(
      learned()
        .compare('suspend', seen)
        .map(({ kind }) => kind),
    ).toEqual(kinds);
  });

  it('is never compared by an id that the provider has given, but by one that bears our name', () => {
    const references = new References();
    const host = (id: string, certificateId: number): LedgerEntry => ({ kind: 'proxy-host', id, details: { certificateId } });
    references.learn('addDomain', end([host('1', 1), snapshot('initial')]));
    expect(references.compare('addDomain', end([host('12', 31), snapshot('initial')]))).toEqual([]);
    expect(references.compare('addDomain', end([host('12', 31), snapshot('other')])).map(({ what }) => what)).toEqual([
      'snapshot 1.id is "<3>/other", not "<3>/initial"',
    ]);
  });

  it('is never compared by when something was done, in whatever way that is told, but by whether it was', () => {
    const references = new References();
    references.learn('upkeep', end([], { seenAt: 1_795_692_549, dueAt: '2026-11-26T11:28:47.000Z' }));
    expect(references.compare('upkeep', end([], { seenAt: 1_795_692_593, dueAt: '2026-11-26T11:29:51.000Z' }))).toEqual([]);
    expect(references.compare('upkeep', end([], { seenAt: null, dueAt: null })).map(({ kind }) => kind)).toEqual(['lost', 'lost']);
  });

  it('has too much of nothing where a deed stopped on its way, refused or not', () => {
    const tooMuch = (...things: LedgerEntry[]): string[] => [
      ...new Set(
        ['suspend', 'suspend refused'].map((scenario) =>
          learned()
            .tooMuch(scenario, things)
            .map(({ kind }) => kind)
            .join(),
        ),
      ),
    ];
    expect(tooMuch()).toEqual(['']);
    expect(tooMuch(stopped(), snapshot('initial'))).toEqual(['']);
    expect(tooMuch(stopped(), snapshot('initial'), snapshot('other'))).toEqual(['doubled']);
    expect(tooMuch({ kind: 'disk', id: '7' })).toEqual(['orphaned']);
  });

  it('cannot be learned from two that nobody disturbed and that differ in what there is', () => {
    const references = learned();
    expect(() => references.learn('suspend', end([stopped()], { issuedAt: 'x' }))).toThrow(/two ends though nobody disturbed it/);
    expect(() => references.compare('stop', end([]))).toThrow(/nobody has seen 'stop'/);
  });
});
