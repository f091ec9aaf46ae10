import { PanelError } from '@hostwright/sdk';
import type { Config } from '../config/index.js';
import { EmbeddedServer } from '../embedded-postgres/index.js';

/**
 * The database that a process of the panel is to use: the configured one, or the embedded server that is running.
 * Throws `invalid_config` when there is neither. Only the supervisor and the command line start the embedded server.
 */
export async function locateDatabase(config: Pick<Config, 'databaseUrl' | 'dataDir'>): Promise<string> {
  const found = config.databaseUrl ?? (await EmbeddedServer.find(config.dataDir));
  if (!found)
    throw new PanelError(
      'invalid_config',
      'DATABASE_URL is not set and no embedded server is running; set it, or start with `hostwright run`',
    );
  return found;
}
