import { fork } from 'node:child_process';
/** A worker in a process of its own, which can be killed for real. */
export class WorkerProcess {
    child;
    ready;
    exited;
    constructor(script, environment, folder, lines) {
        this.child = fork(script, { env: { ...process.env, ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], cwd: folder, execArgv: [] });
        for (const stream of [this.child.stdout, this.child.stderr])
            stream?.on('data', (chunk) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
        this.exited = new Promise((resolve) => this.child.once('exit', () => resolve()));
        this.ready = new Promise((resolve, reject) => {
            this.child.once('message', () => resolve());
            this.child.once('exit', (code) => reject(new Error(`a worker ended with ${code}: ${lines.slice(-5).join('\n')}`)));
        });
        // Whoever starts it hears of it; one that is never started does not matter.
        this.ready.catch(() => undefined);
    }
    /** Resolves when it is at work. */
    async start(message, hear) {
        await this.ready;
        const started = new Promise((resolve, reject) => {
            this.child.on('message', (heard) => {
                if (heard.type === 'started')
                    resolve();
                else
                    hear(heard);
            });
            this.child.once('exit', () => reject(new Error('a worker ended before it began')));
        });
        started.catch(() => undefined);
        this.tell(message);
        await started;
    }
    tell(message) {
        if (this.child.connected)
            this.child.send(message, () => undefined);
    }
    signal(signal) {
        this.child.kill(signal);
    }
    /** For real: it learns nothing of it. */
    async kill() {
        this.child.kill('SIGKILL');
        await this.exited;
    }
}
//# sourceMappingURL=worker-process.js.map