export { startPostgres, type PostgresServer } from './postgres-server.js';
export { noRedis, startRedis, type RedisServer } from './redis-server.js';
export { freePort } from './free-port.js';
