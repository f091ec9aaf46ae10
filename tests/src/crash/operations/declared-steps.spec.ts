import { describe, expect, it } from '@jest/globals';
import type { ExtensionLoader } from '@hostwright/platform';
import { Atlas } from '../atlas.js';
import { caseIn } from '../cases.js';
import { begunSteps, declaredSteps } from './declared-steps.js';

const operation = (...steps: string[]) => ({ steps, run: () => Promise.resolve() });
const provisioning = { create: operation('make', 'mark'), actions: { ring: operation('ring bell') } };
const loader = { get: () => ({ extension: { provisioning } }) } as unknown as ExtensionLoader;
const sold = caseIn(
  'things',
  {
    servers: [{ name: 'at', extension: 'any', kind: 'provisioning' }],
    products: [{ code: 'thing', components: [{ name: 'it', extension: 'any', connections: {}, settings: {} }] }],
    product: 'thing',
  },
  '/',
);

describe('the steps that a module declares', () => {
  it('are all those of its operations and buttons', () => {
    expect(declaredSteps(sold, loader)).toEqual(['any create / make', 'any create / mark', 'any ring / ring bell']);
  });

  it('are come to by a service that does them, refused in the end or not, and not by one that leaves them out', () => {
    const atlas = new Atlas();
    const note = (scenario: string, key: string, boundary: string) => atlas.note({ scenario, key, boundary, answer: 'ok' });
    note('things: create', 'it / make', 'after call');
    note('things: create', 'it / mark', 'after record (skipped)');
    note('things: suspend > ring (loud) refused', 'it / ring bell / shop', 'before call');
    note('things: ring', 'job', 'before completion');
    expect([...new Set(begunSteps(sold, atlas))]).toEqual(['any create / make', 'any ring / ring bell']);
  });
});
