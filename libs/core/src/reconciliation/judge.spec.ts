import { describe, expect, it } from '@jest/globals';
import type { RemoteAccount } from '@hostwright/sdk';
import { judge, type PanelComponent, type PanelService } from './judge.js';

const here = '1';
const aThing = (over: Partial<RemoteAccount> = {}): RemoteAccount => ({
  remoteId: '100',
  name: 'a',
  owner: 'hw-mine-7',
  state: 'running',
  ...over,
});
const aComponent = (over: Partial<PanelComponent> = {}): PanelComponent => ({
  properties: {},
  name: 'site',
  serverId: here,
  remoteId: '100',
  expected: {},
  ...over,
});
const aService = (over: Partial<PanelService> = {}): PanelService => ({
  id: '7',
  state: 'active',
  settled: true,
  components: [aComponent()],
  ...over,
});
/** Kind and aspect of what is found. */
const found = (accounts: RemoteAccount[], services: PanelService[]) =>
  judge({ serverId: here, installationId: 'mine', accounts, services }).map(({ kind, aspect }) => `${kind} ${aspect}`);

describe('a server on which everything is as the panel says', () => {
  it('has no findings', () => {
    expect(found([aThing()], [aService()])).toEqual([]);
    expect(found([aThing({ state: 'stopped' })], [aService({ state: 'suspended' })])).toEqual([]);
    expect(found([aThing({ state: 'changing' })], [aService({ state: 'suspended' })])).toEqual([]);
  });
});

describe('a service that is at work or changed lately', () => {
  it.each(['pending', 'active', 'suspended', 'terminated', 'cancelled'] as const)('is not judged when it is %s', (state) => {
    const unsettled = aService({ state, settled: false });
    expect(found([], [unsettled])).toEqual([]);
    expect(found([aThing({ state: 'stopped', remoteId: '200' })], [unsettled])).toEqual([]);
    expect(found([aThing({ owner: 'hw-other-7' })], [unsettled])).toEqual([]);
  });
});

describe('what bears a mark', () => {
  it.each([
    'hw-other-7',
    'hw-mine-7x',
    'hw-mine-07',
    'HW-mine-7',
    ' hw-mine-7',
    'hw-mine-7\n',
    'mine-7',
    'hw-mine-',
    'hw-mine-0',
    '',
    undefined,
  ])('is nothing of ours when the mark is %j', (owner) => {
    expect(found([aThing({ owner: owner as string, remoteId: '200' })], [aService({ components: [] })])).toEqual([]);
  });

  it.each([
    ['terminated', 'orphan ended'],
    ['cancelled', 'orphan ended'],
    ['pending', 'orphan undelivered'],
  ] as const)('is an orphan when its service is %s', (state, finding) => {
    expect(found([aThing()], [aService({ state })])).toEqual([finding]);
  });

  it('is an orphan when there is no such service', () => {
    expect(found([aThing()], [])).toEqual(['orphan unknown']);
  });

  it('is an orphan when its service lives with another thing, here or elsewhere', () => {
    expect(found([aThing(), aThing({ remoteId: '200' })], [aService()])).toEqual(['orphan elsewhere']);
    expect(found([aThing()], [aService({ components: [aComponent({ serverId: '2', remoteId: '200' })] })])).toEqual(['orphan elsewhere']);
  });

  it('is no orphan when two servers of ours are two ways to the same provider', () => {
    expect(found([aThing()], [aService({ components: [aComponent({ serverId: '2' })] })])).toEqual([]);
  });

  it('names itself and its service in the finding', () => {
    expect(judge({ serverId: here, installationId: 'mine', accounts: [aThing({ name: 'shop' })], services: [] })).toEqual([
      { kind: 'orphan', aspect: 'unknown', serviceId: '7', component: '', remoteId: '100', details: { name: 'shop', state: 'running' } },
    ]);
  });
});

describe('what a provider has no mark for', () => {
  const properties = { username: 'acme', madeAt: 7 };
  const mine = aService({ components: [aComponent({ properties })] });
  const unmarked = (proof: Record<string, string | number>): RemoteAccount => {
    const { owner: _none, ...thing } = aThing({ proof });
    return thing;
  };

  it('is its service’s when it proves to be what create left', () => {
    expect(found([unmarked(properties)], [mine])).toEqual([]);
    expect(found([{ ...unmarked(properties), state: 'stopped' }], [mine])).toEqual(['drift stopped']);
  });

  it('is somebody else’s when it proves to be another of that id, even with our mark, which its owner may have written', () => {
    expect(found([unmarked({ ...properties, madeAt: 8 })], [mine])).toEqual(['missing taken']);
    expect(found([aThing({ proof: { ...properties, madeAt: 8 } })], [mine])).toEqual(['missing taken']);
  });

  it('is in doubt when nothing proves it', () => {
    expect(found([unmarked(properties)], [aService()])).toEqual(['drift owner']);
    expect(found([unmarked({})], [mine])).toEqual(['drift owner']);
  });

  it('is somebody else’s when it bears another mark, whatever it proves', () => {
    expect(found([aThing({ owner: 'hw-other-1', proof: properties })], [mine])).toEqual(['missing taken']);
  });
});

describe('a service that lives', () => {
  it.each(['active', 'suspended'] as const)('is missing when it is %s and not there', (state) => {
    expect(found([], [aService({ state })])).toEqual(['missing gone']);
  });

  it.each(['terminated', 'cancelled', 'pending'] as const)('is not missing when it is %s', (state) => {
    expect(found([], [aService({ state })])).toEqual([]);
  });

  it.each(['hw-other-7', 'hw-other-8'])('is missing when somebody else has its id now: %s', (owner) => {
    expect(found([aThing({ owner, state: 'stopped', memoryLimitBytes: 1 })], [aService()])).toEqual(['missing taken']);
  });

  it('is missing, and the other not doubted, when another service of ours has its id now', () => {
    const other = aService({ id: '8', components: [aComponent()] });
    expect(found([aThing({ owner: 'hw-mine-8' })], [aService(), other])).toEqual(['missing taken']);
  });

  it.each([undefined, '', 'somebody'])('has drifted in its owner, and in nothing else, when the mark is %j', (owner) => {
    const thing = { ...aThing({ state: 'stopped', memoryLimitBytes: 1 }), owner: owner as string };
    expect(found([thing], [aService({ components: [aComponent({ expected: { memoryLimitBytes: 2 } })] })])).toEqual(['drift owner']);
  });

  it('has drifted when it runs though suspended, or stands still though active', () => {
    expect(found([aThing()], [aService({ state: 'suspended' })])).toEqual(['drift running']);
    expect(found([aThing({ state: 'stopped' })], [aService()])).toEqual(['drift stopped']);
  });

  it('has not fallen over when it was its owner who stopped it', () => {
    const stopped = aService({ components: [aComponent({ leftStopped: true })] });
    expect(found([aThing({ state: 'stopped' })], [stopped])).toEqual([]);
    expect(found([aThing()], [stopped])).toEqual([]);
  });

  it('has drifted when memory, disk or package are other than sold', () => {
    const expected = { memoryLimitBytes: 1_024, diskLimitBytes: 1_000, package: 'small' };
    const judged = (over: Partial<RemoteAccount>) => found([aThing(over)], [aService({ components: [aComponent({ expected })] })]);
    expect(judged({ memoryLimitBytes: 1_024, diskLimitBytes: 1_000, package: 'small' })).toEqual([]);
    expect(judged({ memoryLimitBytes: 1_025 })).toEqual(['drift memory']);
    expect(judged({ diskLimitBytes: 949 })).toEqual(['drift disk']);
    expect(judged({ diskLimitBytes: 951 })).toEqual([]);
    expect(judged({ package: 'large' })).toEqual(['drift package']);
    expect(judged({ memoryLimitBytes: 1, diskLimitBytes: 1, package: '' })).toEqual(['drift memory', 'drift disk', 'drift package']);
  });

  it('is not judged for what the module or the provider does not say', () => {
    expect(found([aThing({ memoryLimitBytes: 1, diskLimitBytes: 1, package: 'x' })], [aService()])).toEqual([]);
    expect(found([aThing()], [aService({ components: [aComponent({ expected: { memoryLimitBytes: 1, diskLimitBytes: 1 } })] })])).toEqual(
      [],
    );
  });

  it('is judged by what it has on this server, component by component', () => {
    const components = [
      aComponent(),
      aComponent({ name: 'mail', remoteId: '101' }),
      aComponent({ name: 'dns', serverId: '2', remoteId: 'z' }),
    ];
    expect(judge({ serverId: here, installationId: 'mine', accounts: [aThing()], services: [aService({ components })] })).toEqual([
      { kind: 'missing', aspect: 'gone', serviceId: '7', component: 'mail', remoteId: '101', details: {} },
    ]);
  });

  it('is not missing before anything of it was made', () => {
    expect(found([], [aService({ components: [aComponent({ remoteId: null })] })])).toEqual([]);
  });
});
