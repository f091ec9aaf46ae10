export { copyTestDatabase, createTestDatabase, type TestDatabase } from './test-database.js';
export { noRedis, RedisServer } from './redis-server.js';
export { openDoorbell, type OpenDoorbell } from './open-doorbell.js';
export { seedShop, type SeededShop, type Shop, type ShopKind, type ShopProvider } from './seed-shop.js';
export { TurnedSealer } from './turned-sealer.js';
