import { loadConfig } from '../config/index.js';
import { createDataSource } from './data-source.js';
import { locateDatabase } from './locate-database.js';

/** For `typeorm migration:run -d libs/platform/dist/database/data-source.cli.js`. */
export default createDataSource({ connectionString: await locateDatabase(loadConfig()), name: 'typeorm cli' });
