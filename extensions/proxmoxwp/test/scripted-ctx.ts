import { PanelError, type Ctx, type HttpRequest, type HttpResponse, type SshResult } from '@hostwright/sdk';
import { testCtx } from '@hostwright/sdk-testing';

/** What one call is answered with: data, or a whole reply, or an error that `ctx.fetch` throws. */
export type ScriptedReply =
  { readonly data: unknown } | { readonly status: number; readonly text?: string; readonly body?: string } | PanelError;

export interface MadeCall {
  readonly call: string;
  /** The parameters, of query or body. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A `ctx` whose provider answers what the test wrote down, in order; the last answer of a call stays. */
export class ScriptedCtx {
  readonly made: MadeCall[] = [];
  readonly ran: { readonly target: string; readonly data: Readonly<Record<string, string | number>> }[] = [];
  private readonly replies = new Map<string, ScriptedReply[]>();
  private readonly shell: (SshResult | PanelError)[] = [];

  constructor(readonly owner = 'hw-test-7') {}

  /** @param call method and path below `/api2/json` */
  on(call: string, ...replies: readonly ScriptedReply[]): this {
    this.replies.set(call, [...replies]);
    return this;
  }

  onSsh(...results: readonly (Partial<SshResult> | PanelError)[]): this {
    this.shell.push(
      ...results.map((result) => (result instanceof PanelError ? result : { exitCode: 0, stdout: '', stderr: '', ...result })),
    );
    return this;
  }

  calls(): readonly string[] {
    return this.made.map(({ call }) => call);
  }

  get ctx(): Ctx {
    return testCtx({
      owner: this.owner,
      fetch: (url, request = {}) => Promise.resolve(this.answer(url, request)),
      ssh: { run: (target, _script, data) => this.runNext(target, data) },
    });
  }

  private runNext(target: string, data: Readonly<Record<string, string | number>>): Promise<SshResult> {
    this.ran.push({ target, data });
    const next = this.shell.length > 1 ? this.shell.shift() : this.shell[0];
    if (next === undefined) throw new Error('no answer was written down for SSH');
    return next instanceof PanelError ? Promise.reject(next) : Promise.resolve(next);
  }

  private answer(url: string, request: HttpRequest): HttpResponse {
    const [address = '', query = ''] = url.split('?');
    const call = `${request.method ?? 'GET'} ${address.replace(/^https:\/\/[^/]+\/api2\/json/, '')}`;
    this.made.push({ call, parameters: Object.fromEntries(new URLSearchParams(query || request.body || '')) });
    const replies = this.replies.get(call);
    const reply = replies !== undefined && replies.length > 1 ? replies.shift() : replies?.[0];
    if (reply === undefined) throw new Error(`no answer was written down for ${call}`);
    if (reply instanceof PanelError) throw reply;
    if ('data' in reply) return new Response(JSON.stringify(reply));
    return new Response(reply.body ?? JSON.stringify({ data: null }), { status: reply.status, statusText: reply.text ?? '' });
  }
}

export const upid = (type: string, node = 'pve1', vmid = 905): string =>
  `UPID:${node}:0003A1B2:01C5D6E7:6745F0A1:${type}:${vmid}:hostwright@pve!panel:`;

/** The path at which a task is asked for. */
export const taskPath = (task: string): string => `GET /nodes/${task.split(':')[1]}/tasks/${encodeURIComponent(task)}/status`;
export const taskRunning: ScriptedReply = { data: { status: 'running' } };
export const taskEnded = (exitstatus: string): ScriptedReply => ({ data: { status: 'stopped', exitstatus } });
