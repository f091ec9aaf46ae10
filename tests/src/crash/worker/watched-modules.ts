import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { currentCall, ModuleHost, type ModuleRef, type ModuleScope, type OpenModule } from '@hostwright/core';
import { PanelError, type HttpRequest, type Operation, type OperationShape, type Strength } from '@hostwright/sdk';
import { betweenPolls, claimedAgain, parked } from '../crash-run.js';
import type { Aim, Phase, SeenCall } from '../messages.js';
import type { Watch } from './watch.js';
import type { WatchedJournal } from './watched-journal.js';

interface Doing {
  readonly jobId: string;
  readonly key: string;
  readonly phase: Phase;
}

interface Polled {
  readonly state: string;
  readonly afterMs?: number;
}

type Spec = Partial<Record<Phase, (...given: unknown[]) => Promise<unknown>>>;

/** Longer than any call of another step takes. */
const rowMs = 1_000;
/** A wait this old is not made longer: it would be given up. */
const oldMs = 5_000;

const doing = new AsyncLocalStorage<Doing>();

/** Modules, with boundaries around what their steps do, and with the one call of a job marked that its provider answers wrongly. */
export class WatchedModules extends ModuleHost {
  constructor(
    private readonly inner: ModuleHost,
    private readonly watch: Watch,
    private readonly journal: WatchedJournal,
    private readonly waitScale: number,
  ) {
    super();
  }

  override async open(ref: ModuleRef, scope: ModuleScope): Promise<OpenModule> {
    const module = await this.inner.open(ref, scope);
    const jobId = /^job (\d+)$/.exec(scope.label)?.[1];
    if (jobId === undefined) return module;
    return {
      ...module,
      ctx: this.watchedCtx(module),
      operation: (name) => {
        const operation = module.operation(name);
        return operation && this.watched(operation, jobId, name);
      },
    };
  }

  private watched(operation: Operation<OperationShape>, jobId: string, name: string): Operation<OperationShape> {
    return {
      ...operation,
      run: async (given) => {
        const step = given.step as unknown as (name: unknown, what: unknown) => Promise<unknown>;
        const output: unknown = await operation.run({
          ...given,
          step: ((label: unknown, what: unknown) => step(label, this.watchedSpec(what, jobId))) as unknown as typeof given.step,
        });
        if (this.watch.find(jobId)?.refusedAtTheEnd === name) throw new PanelError('rejected', 'refused when everything was done');
        return output;
      },
    };
  }

  /** A step of this module. One that is another module's operation has its boundaries in that module's steps. */
  private watchedSpec(what: unknown, jobId: string): unknown {
    const spec = what as Spec & { readonly operation?: unknown; readonly strength?: Strength; readonly untilMany?: unknown };
    if (typeof spec.operation === 'string') return what;
    // Whose wait an answer about many was for nobody could tell: here everybody asks for himself.
    const { untilMany: _aboutMany, ...watched } = spec;
    for (const phase of ['find', 'run', 'until', 'undo', 'sweep'] as const) {
      const act = spec[phase]?.bind(spec);
      if (!act) continue;
      (watched as Spec)[phase] = (...given) => {
        const key = keyOfCall();
        if (phase === 'run' && spec.strength === 'blind') this.watch.cameToBlind(jobId, key);
        return this.act({ jobId, phase, key }, () => act(...given));
      };
    }
    return watched;
  }

  private async act(what: Doing, act: () => Promise<unknown>): Promise<unknown> {
    const { jobId, key, phase } = what;
    if (phase === 'find') return doing.run(what, act);
    if (phase === 'until') return this.longer(what, (await doing.run(what, act)) as Polled);
    if (phase === 'run' && this.journal.isUnwritten(jobId, key)) await this.watch.pass(jobId, key, 'before call');
    try {
      return await doing.run(what, act);
    } finally {
      // Whatever it answered, and if it was an error: nothing of it is recorded yet.
      await this.watch.pass(jobId, key, phase === 'run' ? 'after call' : `after ${phase}`);
    }
  }

  /**
   * Every wait takes a second look, however fast its provider is, so that there is a time between two. A job that shall be killed as a row
   * waits until nothing else of it is at work.
   */
  private longer({ jobId, key }: Doing, polled: Polled): Polled {
    const { polls, ageMs } = this.journal.waitOf(jobId, key);
    if (polled.state !== 'done' || ageMs > oldMs) return polled;
    const holdAt = this.watch.find(jobId)?.holdAt;
    const asRow =
      holdAt &&
      (holdAt.boundary === claimedAgain('forward') ||
        (holdAt.boundary === parked(betweenPolls) && holdAt.key === this.watch.commonKey(jobId, key)));
    if (asRow) return { state: 'pending', afterMs: rowMs / this.waitScale };
    return polls === 0 ? { state: 'pending' } : polled;
  }

  private watchedCtx({ ctx, serverId }: OpenModule): OpenModule['ctx'] {
    return {
      ...ctx,
      fetch: async (url, request: HttpRequest = {}) => {
        const method = request.method ?? 'GET';
        const shape = shapeOf(method, url);
        const call = { shape, changes: this.watch.changes(serverId, method, shape) };
        const job = this.aimedAt(call, `${method} ${url} ${request.body ?? ''}`);
        if (job === undefined) return ctx.fetch(url, request);
        const mark = `job-${job}`;
        await this.watch.arm(job, serverId, `^${mark}$`);
        return ctx.fetch(url, { ...request, headers: { ...request.headers, 'x-sandbox-mark': mark } });
      },
      ssh: {
        run: async (target, script, data, options) => {
          const values = Object.entries(data).map(([name, value]) => `${name} ${value}`);
          const call = { shape: `SSH ${digestOf(script)}`, changes: true };
          const job = this.aimedAt(call, `${target} ${script} ${values.join('\n')}`);
          if (job !== undefined) await this.watch.arm(job, serverId, `^${values.map(literally).join('\n')}$`);
          return ctx.ssh.run(target, script, data, options);
        },
      },
    };
  }

  /** The job whose provider shall answer this very call wrongly, if any. */
  private aimedAt(call: Pick<SeenCall, 'shape' | 'changes'>, text: string): string | undefined {
    const now = doing.getStore();
    if (!now) return undefined;
    this.watch.saw({ ...now, ...call, digest: digestOf(text) });
    const aim: Aim | undefined = this.watch.find(now.jobId)?.aim;
    if (aim?.phase !== now.phase || aim.shape !== call.shape) return undefined;
    return aim.key === this.watch.commonKey(now.jobId, now.key) ? now.jobId : undefined;
  }
}

/** The journal's key of the step that is at work. */
function keyOfCall(): string {
  const label = currentCall()?.label ?? '';
  return label.slice(label.indexOf(', ') + 2);
}

/** Ids differ from job to job, and an id holds a digit. */
function shapeOf(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url);
  const parts = pathname.split('/').map((part) => (/\d/.test(part) ? '*' : part));
  const names = [...new Set(searchParams.keys())].sort().join('&');
  return `${method} ${parts.join('/')}${names && `?${names}`}`;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
