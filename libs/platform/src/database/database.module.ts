import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource, type EntitySchema } from 'typeorm';
import { createDataSource } from './data-source.js';
import { createPool, type PoolOptions } from './pool.js';

export interface DatabaseModuleOptions extends PoolOptions {
  /** Tables that TypeORM maps. Without any there is no `DataSource`, and its connections are saved. */
  readonly entities?: readonly EntitySchema[];
}

/** Gives everybody the `pg.Pool`, and TypeORM's `DataSource` where tables are mapped; closes both last. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    @Inject(pg.Pool) private readonly pool: pg.Pool,
    @Inject('database data source') private readonly dataSource: DataSource | undefined,
  ) {}

  static register({ entities, ...options }: DatabaseModuleOptions): DynamicModule {
    const mapped = entities !== undefined && entities.length > 0;
    return {
      module: DatabaseModule,
      providers: [
        { provide: pg.Pool, useFactory: () => createPool(options) },
        {
          provide: 'database data source',
          useFactory: () =>
            mapped
              ? createDataSource({ connectionString: options.connectionString, entities, name: `${options.name} (admin)` }).initialize()
              : undefined,
        },
        ...(mapped ? [{ provide: DataSource, useExisting: 'database data source' }] : []),
      ],
      exports: mapped ? [pg.Pool, DataSource] : [pg.Pool],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.dataSource?.destroy();
    await this.pool.end();
  }
}
