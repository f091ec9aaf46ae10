import { wholeJob } from '../crash-run.js';
/** What a worker knows of the sweep: where each job shall hold, and whom to tell. */
export class Watch {
    tell;
    orders = new Map();
    passed = new Set();
    held = new Set();
    arming = new Map();
    calls = false;
    untold = { points: [], calls: [] };
    telling = false;
    constructor(tell) {
        this.tell = tell;
    }
    hear(message) {
        if (message.type === 'armed') {
            this.arming.get(message.jobId)?.done();
            return;
        }
        for (const order of message.orders)
            this.orders.set(order.jobId, order);
        this.calls = message.calls;
    }
    find(jobId) {
        return this.orders.get(jobId);
    }
    isHeld(jobId) {
        return this.held.has(jobId);
    }
    /** A job has come to a boundary. Never resolves where it shall hold: the process is killed with it there. */
    async pass(jobId, key, boundary) {
        const id = `${jobId} ${key} ${boundary}`;
        if (!this.passed.has(id)) {
            this.passed.add(id);
            this.untold.points.push({ jobId, key, boundary });
            this.tellSoon();
        }
        const holdAt = this.orders.get(jobId)?.holdAt;
        if (holdAt?.key !== key || holdAt.boundary !== boundary)
            return;
        this.held.add(jobId);
        this.tell({ type: 'held', jobId, at: holdAt });
        await new Promise(() => undefined);
    }
    passJob(jobId, boundary) {
        return this.pass(jobId, wholeJob, boundary);
    }
    saw(call) {
        if (!this.calls)
            return;
        this.untold.calls.push(call);
        this.tellSoon();
    }
    /** Resolves when the fault of that job is armed for calls with that mark. */
    arm(jobId, serverId, mark) {
        const known = this.arming.get(jobId);
        if (known)
            return known.armed;
        let done = () => undefined;
        const armed = new Promise((resolve) => (done = resolve));
        this.arming.set(jobId, { armed, done });
        this.tell({ type: 'arm', jobId, serverId, mark });
        return armed;
    }
    tellSoon() {
        if (this.telling)
            return;
        this.telling = true;
        setImmediate(() => {
            this.telling = false;
            const { points, calls } = this.untold;
            this.untold = { points: [], calls: [] };
            if (points.length > 0)
                this.tell({ type: 'passed', points });
            if (calls.length > 0)
                this.tell({ type: 'calls', calls });
        });
    }
}
//# sourceMappingURL=watch.js.map