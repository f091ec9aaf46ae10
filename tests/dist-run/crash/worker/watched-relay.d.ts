import { type Logger } from '@hostwright/platform';
import type pg from 'pg';
import type { Watch } from './watch.js';
/** The relay of events as the worker app runs it, with boundaries around its transaction. */
export declare function startWatchedRelay(pool: pg.Pool, watch: Watch, logger: Logger): void;
