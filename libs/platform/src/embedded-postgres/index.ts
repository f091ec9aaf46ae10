export { EmbeddedServer, type EmbeddedServerOptions } from './embedded-server.js';
export { isAlive } from './postmaster.js';
