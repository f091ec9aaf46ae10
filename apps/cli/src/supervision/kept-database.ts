import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedServer, isAlive } from '@hostwright/platform/start';

const lookEveryMs = 1_000;

/** The embedded PostgreSQL, started again when it ends without having been asked to. */
export class KeptDatabase {
  private readonly end = new AbortController();
  private watching: Promise<void> = Promise.resolve();

  private constructor(
    private server: EmbeddedServer,
    private readonly dataDir: string,
    private readonly tell: (line: string) => void,
    private readonly moved: () => void,
  ) {}

  /**
   * Rejects as `EmbeddedServer.start`.
   * @param tell is told in one line when it ended.
   * @param moved is called when it came back at another address, because somebody had taken its port meanwhile.
   */
  static async start(dataDir: string, tell: (line: string) => void, moved: () => void): Promise<KeptDatabase> {
    const kept = new KeptDatabase(await EmbeddedServer.start({ dataDir }), dataDir, tell, moved);
    kept.watching = kept.watch();
    return kept;
  }

  /** With the password: a secret. */
  get connectionString(): string {
    return this.server.connectionString;
  }

  get pid(): number {
    return this.server.pid;
  }

  /** Of the data and the log. */
  get folder(): string {
    return this.server.folder;
  }

  async stop(): Promise<void> {
    this.end.abort();
    await this.watching;
    await this.server.stop();
  }

  private async watch(): Promise<void> {
    const { signal } = this.end;
    while (!signal.aborted) {
      await sleep(lookEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted || isAlive(this.server.pid)) continue;
      this.tell(`the embedded PostgreSQL (process ${this.server.pid}) ended; it is started again`);
      try {
        const before = this.connectionString;
        this.server = await EmbeddedServer.start({ dataDir: this.dataDir });
        if (this.connectionString !== before) this.moved();
      } catch (error) {
        this.tell(error instanceof Error ? error.message : String(error));
      }
    }
  }
}
