import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PanelError } from '@hostwright/sdk';
import { migrateDatabase, wrongConfigExitCode, type Config } from '@hostwright/platform/start';
import { freePort } from './free-port.js';
import { KeptDatabase } from './kept-database.js';
import { SupervisedProcess, type ProcessEvent } from './supervised-process.js';

/** The programs of the panel lie beside this one, in the same build. */
const programs = {
  api: fileURLToPath(new URL('../../../api/dist/main.js', import.meta.url)),
  worker: fileURLToPath(new URL('../../../worker/dist/main.js', import.meta.url)),
};

export interface PanelOptions {
  readonly config: Pick<Config, 'databaseUrl' | 'dataDir' | 'host' | 'port'>;
  /** Environment of the API and the worker. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Folder of their logs. Undefined: they write where we write. */
  readonly logFolder?: string;
  /** Is told in one line what a person at the terminal should know. */
  readonly tell: (line: string) => void;
  /** Changes the database before its schema is brought up to date. */
  readonly prepareDatabase?: (connectionString: string) => Promise<void>;
}

/** How long each part of a start took. */
export interface StartTimes {
  /** 0 with a server of the operator's own. Making it the first time counts here. */
  readonly databaseMs: number;
  readonly schemaMs: number;
  /** The API and the worker, side by side. */
  readonly processesMs: number;
}

/** One API and one worker, and the embedded PostgreSQL unless there is another, kept running. */
export class Panel {
  /** Fulfilled with the reason when the panel cannot go on. */
  readonly failed: Promise<Error>;
  /** Known when it has started. */
  startTimes: StartTimes = { databaseMs: 0, schemaMs: 0, processesMs: 0 };
  private fail: (error: Error) => void = () => undefined;
  private stopping = false;

  private constructor(
    readonly url: string,
    /** Undefined with a server of the operator's own. */
    readonly database: KeptDatabase | undefined,
    /** With the password: a secret. */
    readonly connectionString: string,
    readonly api: SupervisedProcess,
    readonly worker: SupervisedProcess,
  ) {
    this.failed = new Promise((resolve) => (this.fail = resolve));
  }

  /** Brings the schema up to date and starts everything. When something does not start, what did is stopped and this rejects. */
  static async start(options: PanelOptions): Promise<Panel> {
    const { config, env, cwd, tell } = options;
    const laps = [performance.now()];
    let panel: Panel | undefined;
    // Connections find a server again by themselves, but not at another address: processes that start anew look it up.
    const moved = (): void => [panel?.api, panel?.worker].forEach((one) => one?.kill('SIGTERM'));
    const database = config.databaseUrl === undefined ? await KeptDatabase.start(config.dataDir, tell, moved) : undefined;
    laps.push(performance.now());
    try {
      const connectionString = database?.connectionString ?? config.databaseUrl ?? '';
      await options.prepareDatabase?.(connectionString);
      const migrations = await migrateDatabase(connectionString);
      if (migrations.length > 0)
        tell(`the database was brought up to date: ${migrations.length} ${migrations.length === 1 ? 'change' : 'changes'}`);
      laps.push(performance.now());
      const port = config.port === 0 ? await freePort(config.host) : config.port;
      const supervised = (name: keyof typeof programs, more: Record<string, string> = {}): SupervisedProcess =>
        new SupervisedProcess(
          {
            name: name === 'api' ? 'the API' : 'the worker',
            module: programs[name],
            env: { ...env, ...more },
            cwd,
            logFile: options.logFolder === undefined ? undefined : join(options.logFolder, `${name}.log`),
          },
          (event) => panel?.noted(name, event, tell),
          (code) => code === wrongConfigExitCode,
        );
      panel = new Panel(
        urlOf(config.host, port),
        database,
        connectionString,
        supervised('api', { PORT: String(port) }),
        supervised('worker'),
      );
      await Promise.all([panel.api.start(), panel.worker.start()]);
      laps.push(performance.now());
      const [databaseMs = 0, schemaMs = 0, processesMs = 0] = laps.slice(1).map((at, index) => at - (laps[index] ?? at));
      panel.startTimes = { databaseMs, schemaMs, processesMs };
      return panel;
    } catch (error) {
      await (panel ?? database)?.stop();
      throw error;
    }
  }

  /** Lets what is under way end, then stops the database. `atOnce`: without letting it end; nothing is lost by that. */
  async stop({ atOnce = false }: { readonly atOnce?: boolean } = {}): Promise<void> {
    this.stopping = true;
    await Promise.all([this.api.stop({ atOnce }), this.worker.stop({ atOnce })]);
    await this.database?.stop();
  }

  private noted(name: string, event: ProcessEvent, tell: (line: string) => void): void {
    if (event.kind !== 'ended' || this.stopping) return;
    const { pid, how, restartInMs } = event;
    if (restartInMs === undefined) this.fail(new PanelError('unavailable', `${name} (process ${pid}) ended ${how}`));
    else tell(`${name} (process ${pid}) ended ${how}; it is started again in ${restartInMs} ms`);
  }
}

function urlOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${reachable}:${port}`;
}
