import { Foundation1763600000000 } from './1763600000000-foundation.js';

/** Every schema change, oldest first. A released one is never edited. */
export const migrations = [Foundation1763600000000];
