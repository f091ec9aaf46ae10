import { describe, expect, it } from '@jest/globals';
import { PanelError, type DnsRecordType } from '@hostwright/sdk';
import { EngineLog } from '../provisioning/index.js';
import type { DnsVerdict } from './domain-proof.js';
import { DomainWaits, type WaitingDomain } from './domain-waits.js';
import { domainPatienceMs, DomainWatch, nextLookMs, type LookUp } from './domain-watch.js';

const token = 'T'.repeat(32);
const aDomain = (over: Partial<WaitingDomain> = {}): WaitingDomain => ({
  id: '1',
  name: 'shop.example',
  state: 'adding',
  token,
  target: { addresses: ['203.0.113.10'], nameServers: [] },
  verifiedBy: null,
  waitedMs: 60_000,
  ...over,
});

class ListedWaits extends DomainWaits {
  readonly done: [string, string, unknown][] = [];
  constructor(private due: WaitingDomain[]) {
    super();
  }
  claim(limit: number): Promise<readonly WaitingDomain[]> {
    return Promise.resolve(this.due.splice(0, limit));
  }
  readonly told: string[] = [];
  keepWaiting(id: string, { verifiedBy }: DnsVerdict, lookInMs: number, tell: boolean): Promise<void> {
    this.done.push(['waits', id, [verifiedBy, lookInMs]]);
    if (tell) this.told.push(id);
    return Promise.resolve();
  }
  begin(id: string, { verifiedBy }: DnsVerdict): Promise<void> {
    this.done.push(['begins', id, verifiedBy]);
    return Promise.resolve();
  }
  beginRemoval(id: string): Promise<void> {
    this.done.push(['removes', id, undefined]);
    return Promise.resolve();
  }
  giveUp(id: string, reason: string): Promise<void> {
    this.done.push(['gone', id, reason]);
    return Promise.resolve();
  }
}

class Lines extends EngineLog {
  readonly lines: string[] = [];
  info(): void {}
  warn(message: string): void {
    this.lines.push(message);
  }
  error(): void {}
}

async function look(due: WaitingDomain[], lookUp: LookUp) {
  const waits = new ListedWaits(due);
  const log = new Lines();
  const timers = { passed: () => 0, after: () => ({ cancel: () => undefined }), soon: () => undefined, atRest: () => undefined };
  await new DomainWatch({ waits, lookUp, timers, log, waitScale: 1 }).look();
  return { done: waits.done, told: waits.told, lines: log.lines };
}

const dns =
  (records: Record<string, readonly string[]>): LookUp =>
  (name, type) =>
    Promise.resolve(records[`${type} ${name}`] ?? []);

describe('looking at the DNS of waiting domains', () => {
  it('asks the DNS nothing about one whose removal is to begin', async () => {
    const asked = (): never => {
      throw new Error('the DNS was asked');
    };
    const { done, lines } = await look([aDomain({ state: 'removing' })], asked);
    expect([done, lines]).toEqual([[['removes', '1', undefined]], []]);
  });

  it('begins what is ready, keeps the others waiting, and looks at all that are due', async () => {
    const due = Array.from({ length: 45 }, (_, at) => aDomain({ id: String(at), name: at === 30 ? 'here.example' : 'shop.example' }));
    const { done } = await look(due, dns({ 'A here.example': ['203.0.113.10'] }));
    expect(done).toHaveLength(45);
    expect(done.filter(([what]) => what === 'begins')).toEqual([['begins', '30', 'address']]);
    expect(done[0]).toEqual(['waits', '0', [null, 10_000]]);
  });

  it('has told whoever does not sit in front of it any more what is missing', async () => {
    const { told } = await look([aDomain(), aDomain({ id: '2', waitedMs: 30 * 60_000 })], dns({}));
    expect(told).toEqual(['2']);
  });

  it('gives up after 72 hours and says what was missing, but not what has just come', async () => {
    const late = { waitedMs: domainPatienceMs };
    const { done } = await look(
      [aDomain(late), aDomain({ ...late, id: '2', name: 'here.example' })],
      dns({ 'A here.example': ['203.0.113.10'] }),
    );
    expect(done).toContainEqual(['gone', '1', expect.stringMatching(/^given up after 72 hours: shop.example leads nowhere/)]);
    expect(done).toContainEqual(['begins', '2', 'address']);
  });

  it('takes no answer for none: a text that cannot be read now may be there', async () => {
    const failing: LookUp = (_, type) => (type === 'TXT' ? Promise.reject(new PanelError('unavailable', 'SERVFAIL')) : Promise.resolve([]));
    expect((await look([aDomain({ verifiedBy: null })], failing)).done).toEqual([['waits', '1', [null, 10_000]]]);
    expect((await look([aDomain({ verifiedBy: 'txt' })], failing)).done).toEqual([['waits', '1', ['txt', 10_000]]]);
  });

  it('asks for name servers only where there are zones, and for the text only until it was seen', async () => {
    const asked: DnsRecordType[] = [];
    const noting: LookUp = (_, type) => {
      asked.push(type);
      return Promise.resolve([]);
    };
    await look([aDomain({ verifiedBy: 'txt' })], noting);
    expect(asked).toEqual(['A', 'AAAA']);
  });

  it('leaves one that fails in an unforeseen way to the next look, and goes on with the others', async () => {
    const odd: LookUp = (name) => (name.includes('odd') ? Promise.reject(new Error('out of memory')) : Promise.resolve([]));
    const { done, lines } = await look([aDomain({ name: 'odd.example' }), aDomain({ id: '2' })], odd);
    expect(done.map(([, id]) => id)).toEqual(['2']);
    expect(lines).toEqual(['domain odd.example waits: out of memory']);
  });

  it('is soon at first and never rarer than every ten minutes', () => {
    expect([0, 60_000, 600_000, domainPatienceMs].map(nextLookMs)).toEqual([10_000, 10_000, 60_000, 600_000]);
  });
});
