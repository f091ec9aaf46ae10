import { describe, expect, it } from '@jest/globals';
import { bundle, criticalPathMs, type BundlePart } from './graph.js';

describe('the slowest path through a bundle', () => {
  const part = (name: string, after: readonly string[], ...stages: readonly (readonly number[])[]): BundlePart => ({
    name,
    after,
    stages: stages.map((stage) => stage.map((ms) => ({ ms }))),
  });

  it('is that of the longest part where none depends on another', () => {
    expect(criticalPathMs([part('a', [], [10], [20, 5]), part('b', [], [25])])).toBe(30);
  });

  it('adds up what depends on each other, and takes the latest of what a part waits for', () => {
    const parts = [part('d', ['b', 'c'], [1]), part('a', [], [10]), part('b', ['a'], [5]), part('c', [], [100])];
    expect(criticalPathMs(parts)).toBe(101);
    expect(criticalPathMs(parts.filter(({ name }) => name !== 'd'))).toBe(100);
  });

  it('refuses a graph that has no end', () => {
    expect(() => criticalPathMs([part('a', ['b'], [1]), part('b', ['a'], [1])])).toThrow(/waits for itself/);
    expect(() => criticalPathMs([part('a', ['nobody'], [1])])).toThrow(/is no part/);
  });

  it('of the bundle that is measured is shorter than its parts one after the other', () => {
    const inSequence = bundle.reduce((sum, each) => sum + criticalPathMs([{ ...each, after: [] }]), 0);
    expect(criticalPathMs(bundle)).toBeLessThan(inSequence * 0.75);
  });
});
