import { outbox } from './crash-run.js';
/** A job of the sweep, and how far it has come. */
export class TrackedJob {
    jobId;
    service;
    plan;
    /** Its worker was killed when it stood at its point. */
    crashed = false;
    held = false;
    /** It never came to its point. */
    abandoned = false;
    /** No worker will touch it any more, or one asks for a person. */
    over = false;
    /** Boundaries it has passed before any worker was killed. */
    passed = [];
    fault;
    constructor(jobId, service, plan) {
        this.jobId = jobId;
        this.service = service;
        this.plan = plan;
    }
    /** It has still to come to its point. */
    get awaited() {
        return this.plan.run !== undefined && !this.crashed && !this.abandoned && !this.over;
    }
    get orders() {
        const { run, aim, scenario } = this.plan;
        return {
            jobId: this.jobId,
            ...(run && !this.crashed && !this.abandoned ? { holdAt: { key: run.key, boundary: run.boundary } } : {}),
            ...(run && run.answer !== 'ok' && aim ? { aim } : {}),
            ...(scenario === 'roll back' || scenario === 'relay' ? { refusedAtTheEnd: true } : {}),
        };
    }
    get atOutbox() {
        return this.plan.run?.key === outbox;
    }
    /** Arms the fault of its run, once. */
    arm(provider, mark, delayMs) {
        const answer = this.plan.run?.answer ?? 'ok';
        if (this.fault || answer === 'ok')
            return;
        provider.fault({ kind: answer, mark, ...(answer === 'late_success' ? { delayMs } : {}) });
        this.fault = { provider, mark, appliedBy: Date.now() + (answer === 'late_success' ? delayMs : 0) };
    }
    /** Its provider has answered as the run says. */
    get answered() {
        const { run } = this.plan;
        if (!run || run.answer === 'ok')
            return true;
        return this.fault !== undefined && !this.fault.provider.pendingFaults().some(({ mark }) => mark === this.fault.mark);
    }
    /** Nothing that it has asked for takes effect after this time. */
    get quietFrom() {
        return this.fault?.appliedBy ?? 0;
    }
}
//# sourceMappingURL=tracked-job.js.map