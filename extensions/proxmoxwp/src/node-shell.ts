import { isPanelError, PanelError, type Ctx, type SshResult } from '@hostwright/sdk';
import { containerReady, nodeReachable, setupState, siteAnswers, startSetup } from './scripts/index.js';

/** What the set-up of a site needs. */
export interface SetupInput {
  readonly domain: string;
  readonly databasePassword: string;
  readonly wordpressUrl: string;
  readonly wordpressSha256: string;
}

export type SetupState =
  | { readonly state: 'absent' | 'done' }
  | { readonly state: 'running' | 'crashed'; readonly phase: string }
  | {
      readonly state: 'failed';
      readonly code: number;
      readonly phase: string;
      /** In the set-up's own words, where it gave up by itself. */
      readonly reason?: string;
    };

export type SiteAnswer = { readonly state: 'answers' | 'unanswered'; readonly status: string } | { readonly state: 'unconfigured' };

/** Exit code of the set-up when packages or the archive could not be fetched. */
export const exitOutOfReach = 75;

const exitBadValue = 64;
const exitCutShort = 74;

/**
 * The shipped scripts, run on a node over SSH. A container that is stopped or has moved since it was looked up is `unavailable`:
 * nothing was run, and the next attempt looks it up anew.
 */
export class NodeShell {
  constructor(private readonly ctx: Ctx) {}

  /** Throws unless the log-in works and the node has `pct`. */
  async reachable(node: string): Promise<void> {
    const result = await this.read(node, nodeReachable, {});
    if (result.exitCode !== 0 || wordsOf(result)[0] !== 'reachable')
      throw new PanelError('invalid_config', `${node} over SSH: ${saidBy(result)}`);
  }

  /** True once a command can run inside the container. */
  async containerReady(node: string, vmid: number): Promise<boolean> {
    const result = await this.read(node, containerReady, { vmid });
    if (result.exitCode === exitBadValue) throw refused(node, result);
    return result.exitCode === 0 && wordsOf(result)[0] === 'ready';
  }

  async setupState(node: string, vmid: number, claim: string): Promise<SetupState> {
    const result = await this.read(node, setupState, { vmid, claim });
    if (result.exitCode !== 0) throw refused(node, result);
    const [state, ...rest] = wordsOf(result);
    if (state === 'absent' || state === 'done') return { state };
    if (state === 'running' || state === 'crashed') return { state, phase: rest.join(' ') };
    const code = Number(rest[0]);
    if (state === 'failed' && Number.isInteger(code) && code > 0) {
      const reason = /^[\x20-\x7e]{1,200}$/.exec(result.stdout.split('\n')[1] ?? '')?.[0];
      return { state, code, phase: rest.slice(1).join(' '), ...(reason === undefined ? {} : { reason }) };
    }
    throw new PanelError('unavailable', `${node} over SSH: unreadable answer about the set-up`);
  }

  /** Begins the set-up, or finds the one that was begun under this claim. */
  async startSetup(node: string, vmid: number, claim: string, input: SetupInput): Promise<void> {
    const result = await this.ctx.ssh.run(node, startSetup, { vmid, claim, ...input }, { timeoutMs: 60_000 });
    if (result.exitCode === exitCutShort) throw new PanelError('unavailable', `${node} over SSH: the set-up was cut short on its way`);
    if (result.exitCode !== 0) throw refused(node, result, 'unknown_outcome');
    if (!['started', 'running', 'done'].includes(wordsOf(result)[0] ?? '')) {
      throw new PanelError('unknown_outcome', `${node} over SSH: unreadable answer to the start of the set-up`);
    }
  }

  async siteAnswers(node: string, vmid: number, domain: string): Promise<SiteAnswer> {
    const result = await this.read(node, siteAnswers, { vmid, domain });
    if (result.exitCode !== 0) throw refused(node, result);
    const [state, status] = wordsOf(result);
    if (state === 'unconfigured') return { state };
    if ((state === 'answers' || state === 'unanswered') && status !== undefined && /^\d{3}$/.test(status)) return { state, status };
    throw new PanelError('unavailable', `${node} over SSH: unreadable answer about the site`);
  }

  /** For scripts that change nothing: a lost answer is asked for again. */
  private async read(node: string, script: string, data: Readonly<Record<string, string | number>>): Promise<SshResult> {
    try {
      return await this.ctx.ssh.run(node, script, data, { timeoutMs: 45_000 });
    } catch (error) {
      if (isPanelError(error) && error.code === 'unknown_outcome') {
        throw new PanelError('unavailable', `${node} over SSH: the answer was lost`, { cause: error });
      }
      throw error;
    }
  }
}

function wordsOf(result: SshResult): readonly string[] {
  return (result.stdout.split('\n', 1)[0] ?? '').trim().split(/\s+/);
}

function saidBy(result: SshResult): string {
  const said = result.stderr.trim().split('\n').at(-1) ?? '';
  return said === '' ? `exit code ${result.exitCode}` : said.slice(0, 300);
}

/** A node side that did not get as far as its answer. `otherwise` is for exits that nobody documented. */
function refused(node: string, result: SshResult, otherwise: PanelError['code'] = 'unavailable'): PanelError {
  const said = `${node} over SSH: ${saidBy(result)}`;
  if (result.exitCode === exitBadValue) return new PanelError('invalid_config', said);
  if (result.exitCode === 127) return new PanelError('invalid_config', `${said}; is pct installed and on the path?`);
  if (/container '\d+' not running|Configuration file '[^']*' does not exist/.test(result.stderr))
    return new PanelError('unavailable', said);
  return new PanelError(otherwise, said);
}
