import type { Page } from '@hostwright/core';
import { IdInput, WholeNumberQuery } from './inputs.js';

/** Which part of a list is asked for. */
export class PageQuery {
  @WholeNumberQuery({ optional: true, min: 1, max: 200, description: 'How many at most; 50 when left out' })
  readonly limit?: number;

  @IdInput({ optional: true, description: '`next` of the page before' })
  readonly after?: string;
}

export function pageIn({ limit = 50, after }: PageQuery): Page {
  return { limit, ...(after !== undefined && { after }) };
}

/** What is left of a list's query: its filters. */
export function filterIn<Q extends PageQuery>({ limit: _limit, after: _after, ...filter }: Q): Omit<Q, keyof PageQuery> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Omit<Q, keyof PageQuery>;
}
