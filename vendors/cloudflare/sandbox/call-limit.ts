import { json, type SandboxAnswer, type SandboxClock, type SandboxRoute } from '@hostwright/sdk-testing';
import { throttled } from './envelope.js';

/** On overrun Cloudflare refuses every call for five minutes. */
const blockMs = 5 * 60_000;

/** Cloudflare's limit of calls. It is off until a test switches it on. */
export class CallLimit {
  /** Calls left in the window; undefined while the limit is off. */
  #left: number | undefined;
  #isBlocked = false;

  constructor(private readonly clock: SandboxClock) {}

  /** Counts a call. The answer when it comes no further. */
  count(): SandboxAnswer | undefined {
    return this.#overrun() ? throttled(Math.max(1, Math.ceil(this.clock.scaled(blockMs) / 1000))) : undefined;
  }

  /** `PUT /rate-limit { "requests": 3 }`: the fourth call is refused, and all others for five minutes. `{}`: no limit. */
  control(): SandboxRoute {
    return {
      method: 'PUT',
      path: '/rate-limit',
      handle: ({ body }) => {
        const requests = (body as { requests?: unknown } | undefined)?.requests;
        if (requests !== undefined && !(Number.isInteger(requests) && (requests as number) >= 0))
          return json(400, { error: 'requests: a whole number from 0' });
        this.#left = requests as number | undefined;
        this.#isBlocked = false;
        return json(200, {});
      },
    };
  }

  #overrun(): boolean {
    if (this.#isBlocked) return true;
    if (this.#left === undefined) return false;
    if (this.#left > 0) {
      this.#left -= 1;
      return false;
    }
    this.#isBlocked = true;
    this.clock.later(blockMs, () => {
      this.#isBlocked = false;
      this.#left = undefined;
    });
    return true;
  }
}
