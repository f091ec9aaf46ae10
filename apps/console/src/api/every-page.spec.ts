import { expect, it } from '@jest/globals';
import { ApiFailure } from './api-failure.js';
import { everyPage } from './every-page.js';

const list = ['a', 'b', 'c', 'd', 'e'];
const pageAfter = (after: string | undefined) => {
  const from = after === undefined ? 0 : list.indexOf(after) + 1;
  const items = list.slice(from, from + 2);
  return { items, next: from + 2 < list.length ? (items.at(-1) ?? null) : null };
};

it('reads a list to its end, each thing once', async () => {
  expect(await everyPage((after) => Promise.resolve(pageAfter(after)))).toEqual(list);
  expect(await everyPage(() => Promise.resolve({ items: [], next: null }))).toEqual([]);
});

it('is no part of a list when a page does not come', async () => {
  const broken = (after: string | undefined) =>
    after === undefined ? Promise.resolve(pageAfter(after)) : Promise.reject(new ApiFailure(503, 'unavailable', 'no'));
  await expect(everyPage(broken)).rejects.toMatchObject({ status: 503 });
});
