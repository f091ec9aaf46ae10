import { PanelError } from '@hostwright/sdk';
import type { Line, Screen } from '../terminal/index.js';
import { differences } from './check-delivery.js';
import type { DemoConfig } from './demo-config.js';
import { followJob, type FollowOptions } from './follow-job.js';
import type { JobView } from './job-view.js';
import type { PanelClient } from './panel-client.js';
import { seconds } from './progress-list.js';
import type { LedgerLine } from './sandboxes.js';
import type { Stage } from './stage.js';
import { timingTable } from './timing-table.js';
import { WorkerCrash } from './worker-crash.js';

export interface StoryParts {
  readonly config: DemoConfig;
  readonly stage: Stage;
  readonly screen: Screen;
  readonly staff: PanelClient;
  /** With the key of the other panel. */
  readonly paymenter: PanelClient;
  readonly crash: boolean;
  readonly speed: number;
  readonly signal: AbortSignal;
}

interface ListOf<T> {
  readonly items: readonly T[];
}

/** How long a job may take before the demo gives it up: the first whatever the speed, the second at speed 1. */
const patienceMs = 60_000;
const providerPatienceMs = 900_000;

/** What happens in the demo: another panel orders a site, looks at it, and has it removed. */
export class DemoStory {
  constructor(private readonly parts: StoryParts) {}

  /** Orders the site and sees it built. Answers the service's id. */
  async create(): Promise<string> {
    const { config, stage, screen, paymenter, staff, crash } = this.parts;
    this.heading('Paymenter sends an order that was paid');
    screen.print('  POST /create-site ', [JSON.stringify(config.order), 'dim']);
    const before = performance.now();
    const answer = await paymenter.post('/create-site', config.order);
    screen.print(['✔ ', 'green'], `answered after ${Math.round(performance.now() - before)} ms: `, JSON.stringify(answer));

    const serviceId = await this.findService();
    const jobId = await this.findJob(serviceId, 'create');
    this.heading(`Job ${jobId} builds the site`);
    const crashing = new WorkerCrash(config.crashAtPercentage, stage.panel.worker, screen, () =>
      staff.get<JobView>(`/api/v1/jobs/${jobId}`),
    );
    const job = await this.follow(jobId, crash ? { onProgress: (progress) => crashing.watch(progress) } : {});
    if (crash && !crashing.happened)
      throw new PanelError('rejected', 'the worker was not killed; lower crashAtPercentage in config/demo.json');

    this.heading('How long each step took');
    for (const line of timingTable(job)) screen.print(...line);
    this.heading(crash ? 'The site is there, once, although the worker was killed' : 'The site is there');
    await this.checkDelivery();
    screen.print('  POST /create-site once more ', [JSON.stringify(await paymenter.post('/create-site', config.order)), 'bold']);
    const status = await paymenter.get(`/status?service_id=${encodeURIComponent(config.order.service_id)}`);
    screen.print(`  GET /status`);
    for (const line of JSON.stringify(status, undefined, 2).split('\n')) screen.print('  ', [line, 'cyan']);
    return serviceId;
  }

  /** Has the site removed, and looks whether anything is left. */
  async remove(serviceId: string): Promise<void> {
    const { config, stage, screen, paymenter } = this.parts;
    this.heading('Paymenter has the site removed');
    const body = { service_id: config.order.service_id };
    screen.print('  POST /delete-site ', [JSON.stringify(body), 'dim']);
    screen.print(['✔ ', 'green'], 'answered: ', JSON.stringify(await paymenter.post('/delete-site', body)));
    const jobId = await this.findJob(serviceId, 'terminate');
    const job = await this.follow(jobId);
    screen.print(['✔ ', 'green'], `removed in ${seconds(Date.parse(job.finishedAt ?? '') - Date.parse(job.createdAt))}`);

    this.heading('What is left at the providers');
    const left = await stage.sandboxes.ledger();
    this.show(left);
    if (left.length > 0) throw new PanelError('rejected', `${left.length} things are left at the providers`);
    await this.refuseViolations();
  }

  private async checkDelivery(): Promise<void> {
    const { config, stage, screen } = this.parts;
    const ledger = await stage.sandboxes.ledger();
    this.show(ledger);
    const wrong = differences(config.delivered, ledger);
    if (wrong.length > 0) throw new PanelError('rejected', `the providers do not hold one whole site: ${wrong.join('; ')}`);
    await this.refuseViolations();
    screen.print(['✔ ', 'green'], 'one of each, set up once');
  }

  private async refuseViolations(): Promise<void> {
    const violations = await this.parts.stage.sandboxes.violations();
    if (violations.length > 0) throw new PanelError('rejected', `the panel did what it must never do: ${violations.join('; ')}`);
  }

  private follow(jobId: string, more: Partial<FollowOptions> = {}): Promise<JobView> {
    const { staff, screen, signal, speed } = this.parts;
    const limit = AbortSignal.timeout(patienceMs + providerPatienceMs * speed);
    return followJob({ staff, jobId, screen, signal: AbortSignal.any([signal, limit]), ...more }).catch((error: unknown) => {
      throw limit.aborted ? new PanelError('unavailable', `job ${jobId} did not end in time`, { cause: error }) : error;
    });
  }

  private async findService(): Promise<string> {
    const { staff, config } = this.parts;
    const { items } = await staff.get<ListOf<{ id: string; externalId: string | null }>>('/api/v1/services');
    const service = items.find(({ externalId }) => externalId === config.order.service_id);
    if (!service) throw new PanelError('not_found', `the panel knows no service ${config.order.service_id}`);
    return service.id;
  }

  private async findJob(serviceId: string, operation: string): Promise<string> {
    const { items } = await this.parts.staff.get<ListOf<{ id: string }>>(`/api/v1/jobs?serviceId=${serviceId}&operation=${operation}`);
    const [job] = items;
    if (!job) throw new PanelError('not_found', `the panel has no ${operation} job for service ${serviceId}`);
    return job.id;
  }

  private show(ledger: readonly LedgerLine[]): void {
    const { screen } = this.parts;
    if (ledger.length === 0) screen.print(['✔ ', 'green'], 'nothing');
    for (const line of ledger) screen.print(...ledgerLine(line));
  }

  private heading(text: string): void {
    this.parts.screen.print();
    this.parts.screen.print([text, 'bold']);
  }
}

function ledgerLine({ server, kind, id, owner }: LedgerLine): Line {
  return ['  ', [server.padEnd(30), 'dim'], kind.padEnd(14), id, ...(owner === undefined ? [] : [[`  (${owner})`, 'dim'] as const])];
}
