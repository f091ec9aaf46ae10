import { join } from 'node:path';
import { PanelError } from '@hostwright/sdk';
import { generatePassword, openAccount } from '../accounts/index.js';
import { aborted, listenForStop, type StopSignals } from '../supervision/index.js';
import type { Screen } from '../terminal/index.js';
import { readDemoConfig, type DemoConfig } from './demo-config.js';
import { DemoStory } from './demo-story.js';
import { lastErrors } from './log-errors.js';
import { measureMemory } from './measure-memory.js';
import { PanelClient } from './panel-client.js';
import { seconds } from './progress-list.js';
import { issueKey, seedCustomer, seedShop } from './seed-panel.js';
import { root, Stage } from './stage.js';

export interface DemoOptions {
  readonly stay: boolean;
  readonly crash: boolean;
  readonly redis: boolean;
  /** Measures memory instead of ordering anything. */
  readonly memory: boolean;
  /** 1: as long as real providers take. Undefined: as `config/demo.json` says. */
  readonly speed: number | undefined;
}

const interruptedExitCode = 130;

/** The whole demo. Answers the exit code; whatever happens, nothing of it is left running. */
export async function runDemo(options: DemoOptions, screen: Screen): Promise<number> {
  const config = readDemoConfig(join(root, 'config', 'demo.json'));
  const stop = listenForStop();
  let stage: Stage | undefined;
  try {
    stage = await start(options, config, screen);
    const failed = stage.panel.failed.then((error) => Promise.reject(error));
    const interrupted = aborted(stop.first).then((): number => (options.stay ? 0 : interruptedExitCode));
    return await Promise.race([play(options, config, screen, stage, stop), failed, interrupted]);
  } catch (error) {
    if (stop.first.aborted) return interruptedExitCode;
    screen.keep();
    screen.print(['✖ ', 'red'], [`The demo failed: ${error instanceof Error ? error.message : String(error)}`, 'bold']);
    if (error instanceof Error && error.name !== 'PanelError' && error.name !== 'PanelRefusal') screen.print([error.stack ?? '', 'dim']);
    const logs = stage?.folder.logs ?? join(root, '.hostwright', 'demo', 'logs');
    // A demo that was refused because another runs has no logs of its own.
    if (!(error instanceof PanelError && error.code === 'conflict'))
      for (const line of lastErrors(logs)) screen.print('  ', [line, 'yellow']);
    screen.print(`  Logs: ${logs}`);
    return 1;
  } finally {
    screen.keep();
    const impatient = aborted(stop.second).then(() => stage?.stop({ atOnce: true }));
    await Promise.race([stage?.stop(), impatient]);
    stop.release();
  }
}

async function start(options: DemoOptions, config: DemoConfig, screen: Screen): Promise<Stage> {
  const speed = options.speed ?? config.speed;
  screen.print(
    ['Hostwright demo', 'bold'],
    ` – providers are sandboxes on this machine, ${speed === 1 ? 'as fast as real ones' : `taking ${speed} × as long as real ones`}`,
  );
  return Stage.start({
    servers: options.memory ? [] : config.servers,
    speed,
    redis: options.redis,
    tell: (line) => screen.print(['  ', 'dim'], [line, 'dim']),
    ready: ({ api, worker, startTimes }) =>
      screen.print(
        ['✔ ', 'green'],
        `PostgreSQL${options.redis ? ', Redis' : ''}, API (process ${api.pid}) and worker (process ${worker.pid}): `,
        [`ready in ${seconds(performance.now())}`, 'bold'],
        [
          ` (database ${seconds(startTimes.databaseMs)}, schema ${seconds(startTimes.schemaMs)}, API and worker ${seconds(startTimes.processesMs)})`,
          'dim',
        ],
      ),
  });
}

async function play(options: DemoOptions, config: DemoConfig, screen: Screen, stage: Stage, stop: StopSignals): Promise<number> {
  if (options.memory) return measureMemory(stage.panel, screen, stop.first);
  const { panel } = stage;
  const client = (token: string | undefined): PanelClient => new PanelClient(panel.url, token, stop.first);
  const passwords = { staff: generatePassword(), customer: generatePassword() };

  await openAccount(panel.connectionString, { email: config.staff.email, password: passwords.staff, role: 'staff' });
  const login = await client(undefined).post<{ token: string }>('/api/v1/auth/login', {
    email: config.staff.email,
    password: passwords.staff,
  });
  const staff = client(login.token);
  for (const { name, version } of await seedShop(staff, config, stage.sandboxes.all))
    screen.print(['✔ ', 'green'], `${name}: `, [version, 'dim']);
  await seedCustomer(staff, config, passwords.customer);
  const key = await issueKey(staff, 'Paymenter', ['paymenter']);

  const story = new DemoStory({
    config,
    stage,
    screen,
    staff,
    paymenter: client(key),
    crash: options.crash,
    speed: options.speed ?? config.speed,
    signal: stop.first,
  });
  const serviceId = await story.create();
  if (options.stay) {
    const metricsKey = await issueKey(staff, 'Prometheus', ['metrics:read']);
    stay(screen, panel.url, config, passwords, { paymenter: key, metrics: metricsKey }, stage.folder.logs);
    await aborted(stop.first);
    return 0;
  }
  await story.remove(serviceId);
  screen.print();
  screen.print(['✔ ', 'green'], ['Done. ', 'bold'], [`Logs, and every exchange with the providers: ${stage.folder.logs}`, 'dim']);
  return 0;
}

function stay(
  screen: Screen,
  url: string,
  { staff, customer, order }: DemoConfig,
  passwords: { readonly staff: string; readonly customer: string },
  keys: { readonly paymenter: string; readonly metrics: string },
  logs: string,
): void {
  const rows: readonly (readonly [string, string])[] = [
    ['Console', url],
    ['API', `${url}/api/v1`],
    ['Description', `${url}/docs`],
    ['Staff log-in', `${staff.email}  ${passwords.staff}`],
    ['Customer log-in', `${customer.email}  ${passwords.customer}`],
    [
      'Log in',
      `curl -s ${url}/api/v1/auth/login -H 'content-type: application/json' -d '{"email":"${staff.email}","password":"${passwords.staff}"}'`,
    ],
    [
      'As Paymenter',
      `curl -s '${url}/status?service_id=${encodeURIComponent(order.service_id)}' -H 'authorization: Bearer ${keys.paymenter}'`,
    ],
    ['Metrics', `curl -s ${url}/metrics -H 'authorization: Bearer ${keys.metrics}'`],
    ['Logs', logs],
  ];
  screen.print();
  screen.print(['Everything keeps running until Ctrl-C.', 'bold']);
  for (const [name, value] of rows) screen.print('  ', [name.padEnd(18), 'dim'], value);
}

export function speedIn(text: string): number {
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (speed >= 0.01 && speed <= 10) return speed;
  throw new PanelError('invalid_input', '--speed must be a number from 0.01 to 10', { field: 'speed' });
}
