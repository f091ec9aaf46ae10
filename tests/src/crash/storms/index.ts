export { runStorm, type Storm } from './storm.js';
export { pausedWorker } from './paused-worker.js';
export { emptiedRedis } from './emptied-redis.js';
export { stoppedDatabase } from './stopped-database.js';
