export { createTestDatabase, type TestDatabase } from './test-database.js';
export { seedShop, type SeededShop, type Shop, type ShopKind, type ShopProvider } from './seed-shop.js';
