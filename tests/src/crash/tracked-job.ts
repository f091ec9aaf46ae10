import type { InspectedSandbox } from '@hostwright/sdk-testing';
import { commonKey, type OwnWords } from './common-key.js';
import { isLateLook, isRefused, nowhere, wholeJob, type CrashPoint, type CrashRun, type Scenario } from './crash-run.js';
import type { Installation, Service } from './installation.js';
import type { Aim, JobOrders } from './messages.js';

export interface JobPlan {
  readonly scenario: Scenario;
  /** Of a deed: what it does. */
  readonly operation?: string;
  /** Left out: it runs undisturbed. */
  readonly run?: CrashRun;
  readonly aim?: Aim;
}

/** A job of the sweep, and how far it has come. */
export class TrackedJob {
  /** Its worker was killed when it stood at its point. */
  crashed = false;
  held = false;
  /** It never came to its point. */
  abandoned = false;
  /** No worker will touch it any more, or one asks for a person. */
  over = false;
  /** So it was at the last look. */
  private seemedOver = false;
  /** Steps it has come to that can be neither repeated nor looked for, by their module's own word. */
  readonly blind = new Set<string>();
  /** Boundaries it has passed before any worker was killed. */
  readonly passed: CrashPoint[] = [];
  private fault: { readonly provider: InspectedSandbox; readonly mark: string; readonly appliedBy: number } | undefined;

  constructor(
    readonly jobId: string,
    readonly service: Service,
    readonly plan: JobPlan,
  ) {}

  /** It has still to come to its point. */
  get awaited(): boolean {
    const { run } = this.plan;
    return run !== undefined && run.boundary !== nowhere && !this.crashed && !this.abandoned && !this.over;
  }

  /** A step's key as it is for every service. */
  commonKey(key: string): string {
    return commonKey(key, this.own);
  }

  private get own(): OwnWords {
    return { customer: this.service.names[0]!, domain: this.service.domain };
  }

  get orders(): JobOrders {
    const { run, aim, scenario, operation = 'create' } = this.plan;
    return {
      jobId: this.jobId,
      own: this.own,
      ...(run && !this.crashed && !this.abandoned
        ? { holdAt: { key: isLateLook(run.boundary) ? wholeJob : run.key, boundary: run.boundary } }
        : {}),
      ...(run && run.answer !== 'ok' && aim ? { aim } : {}),
      ...(isRefused(scenario) ? { refusedAtTheEnd: operation } : {}),
    };
  }

  /**
   * Notes whether it seems to be over. One that shall be killed just then may be held without anybody having heard of it yet, so it is
   * believed at the second look.
   */
  look(seemsOver: boolean): void {
    this.over = seemsOver && (this.seemedOver || !this.awaited);
    this.seemedOver = seemsOver;
  }

  /** Arms the fault of its run, once. */
  arm(provider: InspectedSandbox, mark: string, delayMs: number): void {
    const answer = this.plan.run?.answer ?? 'ok';
    if (this.fault || answer === 'ok') return;
    provider.fault({ kind: answer, mark, ...(answer === 'late_success' ? { delayMs } : {}) });
    this.fault = { provider, mark, appliedBy: Date.now() + (answer === 'late_success' ? delayMs : 0) };
  }

  /** Its provider has answered as the run says. */
  get answered(): boolean {
    const { run } = this.plan;
    if (!run || run.answer === 'ok') return true;
    return this.fault !== undefined && !this.fault.provider.pendingFaults().some(({ mark }) => mark === this.fault!.mark);
  }

  /** Nothing that it has asked for takes effect after this time. */
  get quietFrom(): number {
    return this.fault?.appliedBy ?? 0;
  }
}

/** Marks the jobs that no worker will touch any more. */
export async function lookWhatIsOver({ pool }: Installation, jobs: readonly TrackedJob[]): Promise<void> {
  const open = jobs.filter((job) => !job.over);
  const { rows } = await pool.query<{ id: string; relayed: boolean }>(
    `SELECT p.id, NOT EXISTS (SELECT 1 FROM outbox o WHERE o.payload ->> 'jobId' = p.id::text) AS relayed
     FROM provisioning_job p WHERE p.id = ANY ($1::bigint[]) AND (p.phase = 'ended' OR p.state = 'needs_operator')`,
    [open.map((job) => job.jobId)],
  );
  const over = new Map(rows.map(({ id, relayed }) => [id, relayed]));
  for (const job of open) job.look(over.get(job.jobId) === true);
}
