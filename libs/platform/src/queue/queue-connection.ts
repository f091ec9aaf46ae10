import type { Log } from '@hostwright/sdk';
import { createPostgresBackend, createRedisBackend, setDefaultBackendFactory, type BackendFactory, type QueueOptions } from 'bullmq';
import type pg from 'pg';
import { createPool, queueSchema } from '../database/index.js';
import { paced } from './paced-backend.js';

export interface QueueServer {
  /** The queues live there; undefined: in PostgreSQL. */
  readonly redisUrl: string | undefined;
  readonly connectionString: string;
  readonly log: Pick<Log, 'warn'>;
}

/** What BullMQ is given to connect with, and how to let go of it. */
export interface QueueConnection {
  readonly options: QueueOptions['connection'];
  close(): Promise<void>;
}

/** A worker listens on a connection that it keeps; what else there is to say goes over these. */
const shared = 2;

/**
 * Where the queues of this process live. Makes it BullMQ's default, so call it before there is any queue. On PostgreSQL all queues and
 * workers of the process share one pool of `workers` + 2 connections; left to itself BullMQ opens a pool for each of them.
 */
export function connectQueues({ redisUrl, connectionString, log }: QueueServer, workers: number): QueueConnection {
  if (redisUrl) {
    setDefaultBackendFactory(paced(createRedisBackend as BackendFactory));
    return { options: { url: redisUrl }, close: () => Promise.resolve() };
  }
  setDefaultBackendFactory(paced(createPostgresBackend as BackendFactory));
  const pool: pg.Pool = createPool({
    connectionString,
    name: 'queues',
    max: workers + shared,
    log,
    sessionOptions: `-c search_path=${queueSchema}`,
  });
  // Every queue and every worker listens for its errors.
  pool.setMaxListeners(0);
  // The Nest module types its connection for Redis; the backend that is the default here takes a pool.
  return { options: pool as unknown as QueueOptions['connection'], close: () => pool.end() };
}
