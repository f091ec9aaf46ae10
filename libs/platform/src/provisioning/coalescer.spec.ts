import { describe, expect, it } from '@jest/globals';
import { Coalescer, type End } from './coalescer.js';

/** The item's first letter tells whose it is. */
const first = (item: string): number => item.charCodeAt(0);

const ports = { writerOf: first, goesOn: () => true, now: () => performance.now() };

/** A store that takes its time, and refuses some items. */
function store(refuses: readonly string[] = []) {
  const flushes: string[][] = [];
  const flush = async (items: readonly string[]): Promise<readonly End<string>[]> => {
    flushes.push([...items]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const refused = items.find((item) => refuses.includes(item));
    if (refused !== undefined) throw new Error(`refused ${refused}`);
    return items.map((item) => ({ answer: item.toUpperCase() }));
  };
  return { flushes, flush };
}

describe('joined writes', () => {
  it('share one flush when they are wanted at the same moment, and each gets its own answer', async () => {
    const { flushes, flush } = store();
    const writes = new Coalescer(flush, ports);
    expect(await Promise.all(['a', 'b', 'c'].map((item) => writes.write(item)))).toEqual(['A', 'B', 'C']);
    expect(flushes).toEqual([['a', 'b', 'c']]);
  });

  it('wait for the flush under way and go together with what its answer brings', async () => {
    const { flushes, flush } = store();
    const writes = new Coalescer(flush, ports);
    const afterA = writes.write('a').then(() => writes.write('after a'));
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([afterA, writes.write('b')]);
    expect(flushes).toEqual([['a'], ['b', 'after a']]);
  });

  it('do not fail for one that is bad, and are tried again in their order', async () => {
    const { flushes, flush } = store(['bad']);
    const writes = new Coalescer(flush, ports);
    const ends = await Promise.allSettled(['a', 'bad', 'c'].map((item) => writes.write(item)));
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(flushes).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
  });

  it('of one writer are not made behind one that failed, neither in its batch nor in the next', async () => {
    const { flushes, flush } = store(['x1']);
    const writes = new Coalescer(flush, ports);
    const ends = Promise.allSettled(['x1', 'x2', 'a'].map((item) => writes.write(item)));
    await new Promise((resolve) => setTimeout(resolve, 1));
    const [later] = await Promise.allSettled([writes.write('x3'), ends]);
    expect((await ends).map((end) => end.status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    expect(later.status).toBe('rejected');
    expect(flushes).toEqual([['x1', 'x2', 'a'], ['x1'], ['a']]);
    expect(await writes.write('x4')).toBe('X4');
  });
});
