import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { faultKinds, type FaultKind, type InspectedSandbox, type Sandbox } from '@hostwright/sdk-testing';

/*
 * Whoever switches a fault on, in whichever sandbox, and from another process, meets it at the next call.
 */

const extensions = join(__dirname, '../../../extensions');
const ids = readdirSync(extensions).filter((id) => {
  const file = join(extensions, id, 'package.json');
  const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { hostwright?: { sandbox?: string } }) : {};
  return manifest.hostwright?.sandbox !== undefined;
});
const impatientMs = 1_500;

interface Met {
  /** Undefined: no answer came. */
  readonly status?: number;
  readonly text?: string;
  readonly type?: string;
  readonly retryAfter?: string;
  readonly tookMs: number;
}

/** The address of a sandbox's API: whatever its settings call that. */
function addressOf({ server }: InspectedSandbox): URL {
  const [url] = Object.values(server).filter((value): value is string => typeof value === 'string' && /^https?:\/\/127/.test(value));
  return url === undefined ? new URL(`https://${String(server['host'])}:${String(server['port'])}`) : new URL(url);
}

function call(url: URL): Promise<Met> {
  const begun = Date.now();
  return new Promise((resolve) => {
    const none = (): void => resolve({ tookMs: Date.now() - begun });
    const ask = url.protocol === 'https:' ? encrypted : plain;
    const asked = ask(url, { rejectUnauthorized: false, agent: false, timeout: impatientMs }, (answer) => {
      let text = '';
      answer.on('data', (part: Buffer) => (text += part.toString()));
      answer.on('error', none);
      answer.on('end', () => {
        const { 'content-type': type, 'retry-after': retryAfter } = answer.headers;
        const heads = { ...(type !== undefined && { type }), ...(retryAfter !== undefined && { retryAfter }) };
        resolve({ status: answer.statusCode!, text, ...heads, tookMs: Date.now() - begun });
      });
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', none);
    asked.end();
  });
}

const expected: Readonly<Record<FaultKind, object>> = {
  hang: { status: undefined },
  slow: { status: expect.any(Number) },
  lost_reply: { status: undefined },
  refuse: { status: undefined },
  error_before: { status: 500 },
  ghost_success: { status: 500 },
  late_success: { status: 500 },
  // 502, or what else stands in front of the provider answers.
  error_after: {
    status: expect.any(Number),
    type: expect.stringContaining('text/html'),
    text: expect.stringMatching(/^\s*<(html|!doctype)/i),
  },
  too_many_requests: { status: 429 },
  malformed: { status: 200 },
  wrong_shape: { status: expect.any(Number) },
  wrong_owner: { status: expect.any(Number) },
};

describe.each(ids)('the sandbox of %s', (id) => {
  it('shows every fault that is switched on over its control API, once, and no other', async () => {
    const { default: sandbox } = (await import(`@hostwright/ext-${id}/sandbox`)) as { default: Sandbox };
    if (sandbox.missing !== undefined) return expect(sandbox.missing).toMatch(/is not installed/);
    const running = (await sandbox.start({ speed: 0 })) as InspectedSandbox;
    try {
      const url = addressOf(running);
      const undisturbed = await call(url);
      for (const kind of faultKinds) {
        const armed = await fetch(`${running.controlUrl}/faults`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ kind, delayMs: 80 }),
        });
        expect([kind, armed.status]).toEqual([kind, 200]);
        const met = await call(url);
        expect({ kind, ...met, status: met.status }).toMatchObject({ kind, ...expected[kind] });
        if (kind === 'error_after') expect(met.status).toBeGreaterThanOrEqual(500);
        if (met.retryAfter !== undefined) expect(met.retryAfter).toMatch(/^\d+$/);
        if (kind === 'slow') expect({ ...met, tookMs: 0 }).toEqual({ ...undisturbed, tookMs: 0 });
        if (kind === 'slow') expect(met.tookMs).toBeGreaterThanOrEqual(75);
        expect(running.pendingFaults()).toEqual([]);
      }
      expect({ ...(await call(url)), tookMs: 0 }).toEqual({ ...undisturbed, tookMs: 0 });
      expect(running.violations().filter((what) => what.startsWith('the sandbox itself failed'))).toEqual([]);
    } finally {
      await running.stop();
    }
  });
});
