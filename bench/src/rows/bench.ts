import { migrate } from '@hostwright/platform';
import { disturbedAbove, quietMachine } from '../measure/index.js';
import { lineOf, type Line, type Run, type Sample, type Subject } from '../report/index.js';
import type { Backend, QueueServers } from '../queue/index.js';
import { noRedis, startPostgres, startRedis, type PostgresServer, type RedisServer } from '../servers/index.js';

/** A group of figures that are measured together. */
export interface Row {
  readonly name: string;
  readonly about: string;
  run(bench: Bench): Promise<void>;
}

export interface BenchOptions {
  readonly runs: number;
  readonly quick: boolean;
  /** Length of one measurement of one side. */
  readonly seconds: number;
  readonly emit: (line: Line) => void;
  readonly note: (text: string) => void;
}

interface Sides {
  ours(): Promise<Sample>;
  floor?(): Promise<Sample>;
}

/** What a row measures with. Servers are started when the first row asks for them. */
export class Bench {
  private postgres: Promise<PostgresServer> | undefined;
  private redis: Promise<RedisServer> | undefined;
  private readonly migrated = new Map<string, Promise<string>>();

  constructor(readonly options: BenchOptions) {}

  get seconds(): number {
    return this.options.seconds;
  }

  get quick(): boolean {
    return this.options.quick;
  }

  get runs(): number {
    return this.options.runs;
  }

  async database(): Promise<PostgresServer> {
    return (this.postgres ??= startPostgres());
  }

  /** The connection string of the panel's own database, or another one like it, with every migration applied. */
  panelDatabase(name = 'panel'): Promise<string> {
    let known = this.migrated.get(name);
    if (!known) this.migrated.set(name, (known = this.makePanelDatabase(name)));
    return known;
  }

  /** Processes whose share of the processors is told beside each figure. */
  async processes(): Promise<Record<string, number>> {
    return { postgres: (await this.database()).pid, ...(this.redis ? { redis: (await this.redis).pid } : {}) };
  }

  /** Where the queues live. Undefined, with a note, where there is no such server. */
  async queueServers(backend: Backend): Promise<QueueServers | undefined> {
    const missing = backend === 'redis' ? noRedis() : undefined;
    if (missing !== undefined) {
      this.options.note(`left out: ${missing}`);
      return undefined;
    }
    const redis = backend === 'redis' ? await (this.redis ??= startRedis()) : undefined;
    return { backend, redisUrl: redis?.url, connectionString: await this.panelDatabase() };
  }

  /** Measures the floor and us in turn, as often as there are runs, and prints the line. */
  async compare(subject: Subject, { ours, floor }: Sides): Promise<Line> {
    const runs: Run[] = [];
    for (let run = 0; run < this.runs; run += 1) {
      await quietMachine();
      const below = floor && (await floor());
      const above = await ours();
      const others = Math.max(above.cpu?.['others'] ?? 0, below?.cpu?.['others'] ?? 0);
      runs.push({ ours: above, floor: below, disturbed: others > disturbedAbove });
    }
    const line = lineOf(subject, runs);
    this.options.emit(line);
    return line;
  }

  async close(): Promise<void> {
    if (this.redis) await (await this.redis).stop();
    if (this.postgres) await (await this.postgres).stop();
  }

  private async makePanelDatabase(name: string): Promise<string> {
    const connectionString = await (await this.database()).database(name);
    await migrate(connectionString);
    return connectionString;
  }
}
