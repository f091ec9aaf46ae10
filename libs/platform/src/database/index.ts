export { DatabaseModule, type DatabaseModuleOptions } from './database.module.js';
export { createPool, inTransaction, type PoolOptions, type Queryable } from './pool.js';
export { createDataSource, type DataSourceOptions } from './data-source.js';
export { migrate } from './migrate.js';
export { queueSchema } from './queue-schema.js';
export { ensureInstallation } from './installation.js';
export { locateDatabase } from './locate-database.js';
export { QuietLine } from './quiet-line.js';
