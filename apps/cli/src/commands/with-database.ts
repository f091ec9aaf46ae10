import { EmbeddedServer, type Config } from '@hostwright/platform/start';
import { isPanelError } from '@hostwright/sdk';
import { lockFolder, type FolderLock } from '../supervision/index.js';

/**
 * Does something with the panel's database: the configured one, the embedded server that is running, or one that is started for this
 * and stopped afterwards.
 */
export async function withDatabase<T>(
  { databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>,
  use: (connectionString: string) => Promise<T>,
): Promise<T> {
  const lock = databaseUrl === undefined ? await lockUnlessRunning(dataDir) : undefined;
  const running = databaseUrl ?? (lock ? undefined : await EmbeddedServer.find(dataDir));
  if (running !== undefined) return use(running);
  try {
    const server = await EmbeddedServer.start({ dataDir });
    try {
      return await use(server.connectionString);
    } finally {
      // Without the lock it belongs to a panel that is just starting.
      if (lock) await server.stop();
    }
  } finally {
    await lock?.release();
  }
}

async function lockUnlessRunning(dataDir: string): Promise<FolderLock | undefined> {
  try {
    return await lockFolder(dataDir);
  } catch (error) {
    if (isPanelError(error) && error.code === 'conflict') return undefined;
    throw error;
  }
}
