import { commonKey } from '../common-key.js';
import { wholeJob } from '../crash-run.js';
import type { FromWorker, JobOrders, Passed, SeenCall, ToWorker } from '../messages.js';

/** What a worker knows of the sweep: where each job shall hold, and whom to tell. */
export class Watch {
  private readonly orders = new Map<string, JobOrders>();
  private readonly passed = new Set<string>();
  private readonly held = new Set<string>();
  private readonly arming = new Map<string, { readonly armed: Promise<void>; readonly done: () => void }>();
  private calls = false;
  private reads: Readonly<Record<string, string>> = {};
  private untold: { points: Passed[]; calls: SeenCall[] } = { points: [], calls: [] };
  private telling = false;

  constructor(private readonly tell: (message: FromWorker) => void) {}

  hear(message: ToWorker): void {
    if (message.type === 'armed') {
      this.arming.get(message.jobId)?.done();
      return;
    }
    for (const order of message.orders) this.orders.set(order.jobId, order);
    this.calls = message.calls;
    this.reads = message.reads;
  }

  /** Whether a call of that shape changes something at that server's provider. */
  changes(serverId: string, method: string, shape: string): boolean {
    const reads = this.reads[serverId];
    return reads === undefined ? method !== 'GET' && method !== 'HEAD' : !new RegExp(reads).test(shape);
  }

  find(jobId: string): JobOrders | undefined {
    return this.orders.get(jobId);
  }

  /** A key as orders have it. */
  commonKey(jobId: string, key: string): string {
    const own = this.orders.get(jobId)?.own;
    return own ? commonKey(key, own) : key;
  }

  isHeld(jobId: string): boolean {
    return this.held.has(jobId);
  }

  /** A job has come to a boundary. Never resolves where it shall hold: the process is killed with it there. */
  async pass(jobId: string, key: string, boundary: string): Promise<void> {
    const id = `${jobId} ${key} ${boundary}`;
    if (!this.passed.has(id)) {
      this.passed.add(id);
      this.untold.points.push({ jobId, key, boundary });
      this.tellSoon();
    }
    const holdAt = this.orders.get(jobId)?.holdAt;
    if (holdAt?.boundary !== boundary || holdAt.key !== this.commonKey(jobId, key)) return;
    this.held.add(jobId);
    this.tell({ type: 'held', jobId, at: holdAt });
    await new Promise<never>(() => undefined);
  }

  passJob(jobId: string, boundary: string): Promise<void> {
    return this.pass(jobId, wholeJob, boundary);
  }

  cameToBlind(jobId: string, key: string): void {
    this.tell({ type: 'blind', jobId, key });
  }

  saw(call: SeenCall): void {
    if (!this.calls) return;
    this.untold.calls.push(call);
    this.tellSoon();
  }

  /** Resolves when the fault of that job is armed for calls with that mark. */
  arm(jobId: string, serverId: string, mark: string): Promise<void> {
    const known = this.arming.get(jobId);
    if (known) return known.armed;
    let done = (): void => undefined;
    const armed = new Promise<void>((resolve) => (done = resolve));
    this.arming.set(jobId, { armed, done });
    this.tell({ type: 'arm', jobId, serverId, mark });
    return armed;
  }

  private tellSoon(): void {
    if (this.telling) return;
    this.telling = true;
    setImmediate(() => {
      this.telling = false;
      const { points, calls } = this.untold;
      this.untold = { points: [], calls: [] };
      if (points.length > 0) this.tell({ type: 'passed', points });
      if (calls.length > 0) this.tell({ type: 'calls', calls });
    });
  }
}
