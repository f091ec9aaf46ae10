// What the command line needs before anything else runs. It loads in a twentieth of the time that the whole of platform takes.
export { ConfigError, loadConfig, readConfig, variables, wrongConfigExitCode, type Config, type VariableName } from '../config/index.js';
export { EmbeddedServer, isAlive } from '../embedded-postgres/index.js';
export { migrateDatabase } from './migrate-database.js';
