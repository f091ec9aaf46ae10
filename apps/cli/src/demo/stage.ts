import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig, variables } from '@hostwright/platform/start';
import { lockFolder, Panel, type FolderLock } from '../supervision/index.js';
import type { DemoServer } from './demo-config.js';
import { openDemoFolder, type DemoFolder } from './demo-folder.js';
import { findSandboxes } from './find-sandboxes.js';
import { emptyDatabase } from './fresh-database.js';
import { RedisServer } from './redis-server.js';
import { Sandboxes } from './sandboxes.js';

/** The folder of this repository, or of the image it was copied into. */
export const root = fileURLToPath(new URL('../../../../', import.meta.url));
const demoFolder = join(root, '.hostwright', 'demo');

/** Short, so that a killed worker is missed soon. */
const leaseMs = 3_000;

export interface StageOptions {
  readonly servers: readonly DemoServer[];
  readonly speed: number;
  readonly redis: boolean;
  readonly tell: (line: string) => void;
  /** Is told when the panel can be used; the sandboxes come after it. */
  readonly ready: (panel: Panel) => void;
}

/** Everything that runs during the demo. */
export class Stage {
  private constructor(
    readonly folder: DemoFolder,
    private readonly lock: FolderLock,
    readonly panel: Panel,
    readonly sandboxes: Sandboxes,
    private readonly redis: RedisServer | undefined,
  ) {}

  /**
   * Starts it all on an empty database. When something does not start, what did is stopped and this rejects.
   * Throws `conflict` while another demo runs.
   */
  static async start({ servers, speed, redis, tell, ready }: StageOptions): Promise<Stage> {
    const lock = await lockFolder(demoFolder);
    const started: { stop(): Promise<void> }[] = [];
    const keep = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
      const one = await starting;
      started.push(one);
      return one;
    };
    try {
      const folder = await openDemoFolder(demoFolder);
      const wanted = findSandboxes(servers, join(root, 'extensions'), speed);
      const redisFolder = join(folder.path, 'redis');
      await RedisServer.removeLeftOver(redisFolder);
      const queues = redis ? await keep(RedisServer.start(redisFolder, join(folder.logs, 'redis.log'))) : undefined;
      const env = environment(folder, speed, queues?.url);
      const config = readConfig(env, root);
      const panel = await keep(Panel.start({ config, env, cwd: root, logFolder: folder.logs, tell, prepareDatabase: emptyDatabase }));
      ready(panel);
      const sandboxes = await keep(Sandboxes.start(wanted, join(folder.logs, 'sandboxes.log')));
      return new Stage(folder, lock, panel, sandboxes, queues);
    } catch (error) {
      await Promise.allSettled(started.map((one) => one.stop()));
      await lock.release();
      throw error;
    }
  }

  /** Stops everything; nothing is left running. */
  async stop(options: { readonly atOnce?: boolean } = {}): Promise<void> {
    await this.panel.stop(options);
    await Promise.all([this.sandboxes.stop(), this.redis?.stop()]);
    await this.lock.release();
  }
}

/** Of the API and the worker: what a `.env` file or the caller's environment says about another panel has no effect here. */
function environment(folder: DemoFolder, speed: number, redisUrl: string | undefined): Record<string, string | undefined> {
  const blank = Object.fromEntries(Object.keys(variables).map((name) => [name, '']));
  return {
    ...process.env,
    ...blank,
    HOST: '127.0.0.1',
    PORT: process.env['PORT'] ?? '0',
    DATA_DIR: folder.path,
    SECRET_KEY: folder.secretKey,
    REDIS_URL: redisUrl ?? '',
    EXTENSIONS_DIR: join(root, 'extensions'),
    PAYMENTER_CONFIG: join(root, 'config', 'paymenter.json'),
    HOSTWRIGHT_RECORD: join(folder.logs, 'exchanges.jsonl'),
    LEASE_MS: String(leaseMs),
    WAIT_SCALE: String(speed),
    API_RATE_PER_MINUTE: '100000',
  };
}
