import { describe, expect, it } from '@jest/globals';
import type { ExtensionLoader } from '@hostwright/platform';
import { caseIn, type SweepCase } from '../cases.js';
import { livesOf, unswept } from './lives.js';

const operation = { steps: ['a'], run: () => Promise.resolve() };
const offered = {
  kind: 'provisioning',
  create: operation,
  terminate: operation,
  suspend: operation,
  unsuspend: operation,
  allowChange: () => undefined,
  actions: { ring: { ...operation, when: ['active'] }, wake: { ...operation, when: ['suspended'] } },
};
const loaderOf = (provisioning: object): ExtensionLoader =>
  ({ get: () => ({ extension: { provisioning } }) }) as unknown as ExtensionLoader;
const shop = {
  servers: [{ name: 'at', extension: 'any', kind: 'provisioning' }],
  products: [{ code: 'thing', components: [{ name: 'it', extension: 'any', connections: {}, settings: {} }] }],
  product: 'thing',
};
const aCase = (more: object = {}): SweepCase => caseIn('things', { ...shop, ...more }, '/');
const pathsOf = (sold: SweepCase, provisioning: object = offered): string[] =>
  livesOf(sold, loaderOf(provisioning)).map(({ deeds }) => deeds.filter(({ swept }) => swept).at(-1)!.scenario);

describe('the lives of a case', () => {
  it('come by everything the module declares, and by each of it refused at the end', () => {
    const paths = ['suspend > unsuspend', 'ring', 'suspend > wake', 'terminate'].flatMap((path) => [path, `${path} refused`]);
    const expected = [...paths, 'suspend refused', 'create refused'].map((path) => `things: ${path}`);
    expect([...new Set(pathsOf(aCase()))].sort()).toEqual(expected.sort());
  });

  it('leave create and terminate to the matrix where that is about them', () => {
    const lives = livesOf(aCase({ matrix: true }), loaderOf(offered));
    const swept = new Set(lives.flatMap(({ deeds }) => deeds.filter((deed) => deed.swept).map((deed) => deed.operation)));
    expect([...swept].sort()).toEqual(['ring', 'suspend', 'unsuspend', 'wake']);
  });

  it('are those it names where it names some', () => {
    const lives = livesOf(aCase({ operations: ['ring'], lives: [[{ operation: 'ring' }, { operation: 'terminate' }]] }), loaderOf(offered));
    expect(lives.map(({ deeds }) => deeds.map(({ operation: name }) => name).join(' '))).toContain('create ring terminate');
    expect(lives.some(({ deeds }) => deeds.some(({ operation: name }) => name === 'suspend'))).toBe(false);
  });

  it('sweep create and terminate only where it is about them', () => {
    const lives = livesOf(aCase({ operations: ['ring'] }), loaderOf(offered));
    expect(new Set(lives.flatMap(({ deeds }) => deeds.filter(({ swept }) => swept).map((deed) => deed.operation)))).toEqual(
      new Set(['ring']),
    );
    expect(pathsOf(aCase({ operations: ['create', 'ring'] }))).toContain('things: create refused');
  });

  it('leave at their end what the case says of the operations that they came by', () => {
    const lives = livesOf(aCase({ keeps: { ring: ['bell'], suspend: ['notice'] } }), loaderOf(offered));
    const ends = lives.flatMap(({ deeds }) => deeds.filter(({ operation: name }) => name === 'terminate'));
    const kept = Object.fromEntries(ends.map(({ scenario, keeps }) => [scenario, keeps]));
    expect(kept).toMatchObject({
      'things: ring > the end': ['bell'],
      'things: ring refused > the end': ['bell'],
      'things: suspend > unsuspend > the end': ['notice'],
      'things: terminate': [],
    });
  });

  it('leave out what a module does only for others', () => {
    expect(pathsOf(aCase(), { ...offered, checkNames: operation, installCertificate: operation, removeCertificate: operation })).toEqual(
      pathsOf(aCase()),
    );
  });

  it('cannot be made up where only the case can say what is to be done', () => {
    expect(() => pathsOf(aCase(), { ...offered, changePackage: operation })).toThrow(/must say which product/);
    expect(() => pathsOf(aCase({ operations: ['fly'] }))).toThrow(/has an operation 'fly'/);
  });
});

describe('a case', () => {
  it.each([
    ['an unknown field', { live: [] }, /'live' is not known/],
    ['a product it does not sell', { product: 'other' }, /'product' is none/],
    ['a parent it does not sell', { parent: { product: 'other', order: {} } }, /'parent' is none/],
    ['no servers', { servers: undefined }, /'servers' are missing/],
    ['a change to a product it does not sell', { lives: [[{ operation: 'changePackage', product: 'x' }]] }, /changePackage in 'lives'/],
  ])('is refused for %s, which is named', (_, more, reason) => {
    expect(() => aCase(more)).toThrow(reason);
  });
});

describe('what is not swept', () => {
  const loader = {
    list: () => ['any', 'zones', 'payments', 'broken'].map((id) => ({ id, state: id === 'broken' ? 'failed' : 'loaded' })),
    get: (id: string) => ({ extension: id === 'any' ? { provisioning: offered } : id === 'zones' ? { dns: {} } : {} }),
  } as unknown as ExtensionLoader;

  it('are modules that no case has a server of, and operations that no case is about', () => {
    expect(unswept([aCase()], loader)).toEqual(['zones']);
    const some = aCase({ operations: ['create', 'ring'] });
    expect(unswept([some], loader)).toEqual(['any terminate', 'any suspend', 'any unsuspend', 'any wake', 'zones']);
    expect(unswept([some, aCase({ operations: ['suspend', 'unsuspend', 'wake', 'terminate'] })], loader)).toEqual(['zones']);
  });
});
