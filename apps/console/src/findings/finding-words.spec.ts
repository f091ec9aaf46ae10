import { describe, expect, it } from '@jest/globals';
import { findingsShown, repairText } from './finding-words.js';

describe('which findings are shown', () => {
  it('comes of the address, without what it cannot name', () => {
    expect(findingsShown({ kind: 'orphan', state: 'resolved', serverId: 7 })).toEqual({ kind: 'orphan', state: 'resolved', serverId: '7' });
    expect(findingsShown({ kind: 'toString', state: 'open', serverId: '7; DROP' })).toEqual({});
    expect(findingsShown({})).toEqual({});
  });
});

describe('what a repair is said to do', () => {
  const about = (kind: 'orphan' | 'missing' | 'drift', aspect: Parameters<typeof repairText>[0]['aspect']) =>
    repairText({ kind, aspect, serviceId: '5', remoteId: 'vm 900' });

  it('is to remove only what belongs to nobody', () => {
    expect(about('orphan', 'ended')).toContain("removes 'vm 900'");
    for (const text of [about('missing', 'gone'), about('missing', 'taken'), about('drift', 'owner')]) {
      expect(text).toContain('person');
      expect(text).not.toContain('removes');
    }
  });

  it('is to bring about what the panel has on record', () => {
    expect(about('drift', 'running')).toContain('suspended');
    expect(about('drift', 'stopped')).toContain('started');
    for (const aspect of ['memory', 'disk', 'package'] as const) expect(about('drift', aspect)).toContain('sold');
  });
});
