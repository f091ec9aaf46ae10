export { DatabaseModule, type DatabaseModuleOptions } from './database.module.js';
export { createPool, inTransaction, type PoolOptions, type Queryable } from './pool.js';
export { createDataSource, type DataSourceOptions } from './data-source.js';
export { migrate } from './migrate.js';
export { queueSchema } from './queue-schema.js';
export { lockPools } from './lock-pools.js';
export { locateDatabase } from './locate-database.js';
export { openedTask } from './opened-task.js';
export { QuietLine } from './quiet-line.js';
