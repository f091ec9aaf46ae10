import { migrate } from '@hostwright/platform';
import pg from 'pg';
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

/** Measured one after the other, or interleaved where single calls are timed: then a neighbour disturbs both alike. */
type Sides =
  { ours(): Promise<Sample>; floor?(): Promise<Sample> } | { pair(): Promise<{ readonly ours: Sample; readonly floor: Sample }> };

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
  async compare(subject: Subject, sides: Sides): Promise<Line> {
    const runs: Run[] = [];
    for (let run = 0; run < this.runs; run += 1) {
      await quietMachine();
      const { ours, floor } = await measured(sides);
      const others = Math.max(ours.cpu?.['others'] ?? 0, floor?.cpu?.['others'] ?? 0);
      runs.push({ ours, floor, disturbed: others > disturbedAbove });
    }
    return this.emit(subject, runs);
  }

  /** Prints the line of what was measured on the way to another. */
  report(subject: Subject, runs: readonly Omit<Run, 'disturbed'>[]): Line {
    return this.emit(
      subject,
      runs.map((run) => ({ ...run, disturbed: (run.ours.cpu?.['others'] ?? 0) > disturbedAbove })),
    );
  }

  private emit(subject: Subject, runs: readonly Run[]): Line {
    const line = lineOf(subject, runs);
    this.options.emit(line);
    return line;
  }

  async close(): Promise<void> {
    if (this.redis) await (await this.redis).stop();
    if (this.postgres) await (await this.postgres).stop();
  }

  /** Statements for the server itself. */
  async administer(...statements: readonly string[]): Promise<void> {
    const client = new pg.Client({ connectionString: await (await this.database()).database('postgres') });
    await client.connect();
    for (const statement of statements) await client.query(statement);
    await client.end();
  }

  private async makePanelDatabase(name: string): Promise<string> {
    const connectionString = await (await this.database()).database(name);
    await migrate(connectionString);
    return connectionString;
  }
}

async function measured(sides: Sides): Promise<{ readonly ours: Sample; readonly floor: Sample | undefined }> {
  if ('pair' in sides) return sides.pair();
  const floor = sides.floor && (await sides.floor());
  return { floor, ours: await sides.ours() };
}
