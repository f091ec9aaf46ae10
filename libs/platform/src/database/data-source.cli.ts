import { EmbeddedServer } from '../embedded-postgres/index.js';
import { loadConfig } from '../config/index.js';
import { createDataSource } from './data-source.js';

/** For `typeorm migration:run -d …/data-source.cli.js`. */
const config = loadConfig();
const connectionString = config.databaseUrl ?? (await EmbeddedServer.start({ dataDir: config.dataDir })).connectionString;

export default createDataSource({ connectionString, name: 'typeorm cli' });
