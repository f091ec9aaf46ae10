import { migrations } from '@hostwright/migrations';
import { DataSource, type EntitySchema } from 'typeorm';

export interface DataSourceOptions {
  readonly connectionString: string;
  /** The tables it maps. */
  readonly entities?: readonly EntitySchema[];
  /** Connections at the most. */
  readonly max?: number;
  readonly name?: string;
}

/** TypeORM on our database, for administration and migrations; hot paths use the pool. Not yet connected: call `initialize`. */
export function createDataSource({ connectionString, entities = [], max = 4, name = 'admin' }: DataSourceOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url: connectionString,
    applicationName: `hostwright ${name}`,
    poolSize: max,
    entities: [...entities],
    migrations: [...migrations],
    migrationsTableName: 'schema_migration',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
  });
}
