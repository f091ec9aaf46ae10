import { describe, expect, it } from '@jest/globals';
import { Coalescer } from './coalescer.js';

/** A store that takes its time, and refuses some items. */
function store(refuses: readonly string[] = []) {
  const flushes: string[][] = [];
  const flush = async (items: readonly string[]): Promise<readonly string[]> => {
    flushes.push([...items]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const refused = items.find((item) => refuses.includes(item));
    if (refused !== undefined) throw new Error(`refused ${refused}`);
    return items.map((item) => item.toUpperCase());
  };
  return { flushes, flush };
}

describe('joined writes', () => {
  it('share one flush when they are wanted at the same moment, and each gets its own answer', async () => {
    const { flushes, flush } = store();
    const writes = new Coalescer(flush, () => 0);
    expect(await Promise.all(['a', 'b', 'c'].map((item) => writes.write(item)))).toEqual(['A', 'B', 'C']);
    expect(flushes).toEqual([['a', 'b', 'c']]);
  });

  it('wait for the flush of their lane and go together with what its answer brings', async () => {
    const { flushes, flush } = store();
    const writes = new Coalescer(flush, () => 0);
    const first = writes.write('a').then(() => writes.write('after a'));
    await new Promise((resolve) => setTimeout(resolve, 1));
    await Promise.all([first, writes.write('b')]);
    expect(flushes).toEqual([['a'], ['b', 'after a']]);
  });

  it('do not fail for one that is bad, and are tried again in their order', async () => {
    const { flushes, flush } = store(['bad']);
    const writes = new Coalescer(flush, () => 0);
    const ends = await Promise.allSettled(['a', 'bad', 'c'].map((item) => writes.write(item)));
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(flushes).toEqual([['a', 'bad', 'c'], ['a'], ['bad'], ['c']]);
  });

  it('of different lanes do not wait for each other', async () => {
    const { flushes, flush } = store();
    const writes = new Coalescer(flush, (item: string) => item.length);
    await Promise.all([writes.write('a'), writes.write('bb')]);
    expect(flushes).toEqual([['a'], ['bb']]);
  });
});
