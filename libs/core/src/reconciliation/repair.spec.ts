import { describe, expect, it } from '@jest/globals';
import type { Finding } from './finding.js';
import { orphanTask, repairOf, stands } from './repair.js';

const about = (kind: Finding['kind'], aspect: Finding['aspect']) => ({ kind, aspect, serviceId: '7', remoteId: '100' });

describe('repair', () => {
  it('never makes again what is missing: a person is told what to do', () => {
    const gone = repairOf(about('missing', 'gone'), 'node one');
    expect(gone).toMatchObject({ kind: 'task', title: 'Service 7 is not on node one any more' });
    expect(gone).toMatchObject({ detail: expect.stringMatching(/'100'.*restore it.*or terminate the service/) });
    expect(repairOf(about('missing', 'taken'), 'node one')).toMatchObject({ detail: expect.stringContaining('leave it alone') });
  });

  it('touches nothing whose owner is in doubt', () => {
    expect(repairOf(about('drift', 'owner'), 'node one').kind).toBe('task');
  });

  it('asks for the suspension again only while the service is suspended, and to start only while it is active', () => {
    expect(repairOf(about('drift', 'running'), 'n')).toEqual({ kind: 'operation', operation: 'suspend', whileIn: 'suspended' });
    expect(repairOf(about('drift', 'stopped'), 'n')).toEqual({ kind: 'operation', operation: 'unsuspend', whileIn: 'active' });
  });

  it.each(['memory', 'disk', 'package'] as const)('asks for what was sold when the %s is another', (aspect) => {
    expect(repairOf(about('drift', aspect), 'n')).toEqual({ kind: 'operation', operation: 'changePackage' });
  });

  it('removes an orphan, or says by which mark a person finds it', () => {
    expect(repairOf(about('orphan', 'ended'), 'n')).toEqual({ kind: 'removal' });
    expect(orphanTask(about('orphan', 'unknown'), 'n', 'hw-mine-7').detail).toContain('hw-mine-7');
  });
});

describe('a repair that was asked for before', () => {
  it('still counts while it is under way, and when it went well and nobody has looked since', () => {
    expect(stands({ open: true, succeeded: false, seenSince: true })).toBe(true);
    expect(stands({ open: false, succeeded: true, seenSince: false })).toBe(true);
  });

  it('can be asked for anew when it failed, or when it was seen to be in vain', () => {
    expect(stands({ open: false, succeeded: false, seenSince: false })).toBe(false);
    expect(stands({ open: false, succeeded: true, seenSince: true })).toBe(false);
  });
});
