import { deepStrictEqual } from 'node:assert/strict';
import type { Ctx, Fields, JsonObject, TriggerFact, TriggerModule, TriggerNotice, ValuesOf, VerifiedNotice } from '@hostwright/sdk';
import { postControl, putControl } from '../control.js';
import { testCtx } from '../ctx/index.js';
import type { InspectedSandbox } from '../http/index.js';
import type { Sandbox } from '../sandbox.js';

/** A billing system that sells, and the trigger module that is told of it. */
export interface PlayedTrigger<Server extends Fields> {
  readonly sandbox: InspectedSandbox;
  /** What reaches it. */
  readonly server: ValuesOf<Server>;
  /** Sells something there, and answers its ids. */
  sell(wanted?: JsonObject): Promise<{ readonly subject: string } & Readonly<Record<string, string>>>;
  change(subject: string, to: JsonObject): Promise<void>;
  /** What it sends about that. */
  notice(subject: string, wanted?: JsonObject): Promise<TriggerNotice>;
  /** `at`: other settings than `server`. */
  verify(notice: TriggerNotice, at?: Partial<ValuesOf<Server>>): Promise<VerifiedNotice>;
  read(subject: string, at?: Partial<ValuesOf<Server>>, ctx?: Ctx): Promise<TriggerFact | undefined>;
}

/** What Jest and the like put into the global scope. */
interface TestRunner {
  beforeEach(begin: () => Promise<void>): void;
  afterEach(end: () => Promise<void>): void;
}

/**
 * For the tests of one trigger module: a new sandbox for each, which must have seen no violation at its end. The sandbox's control API takes
 * `POST /sales`, which answers a `subject`, `PUT /sale` and `POST /notice`.
 */
export function playTrigger<Server extends Fields>(definition: Sandbox, trigger: TriggerModule<Server>): PlayedTrigger<Server> {
  const { beforeEach, afterEach } = globalThis as unknown as TestRunner;
  let running: InspectedSandbox;
  beforeEach(async () => {
    running = (await definition.start()) as InspectedSandbox;
  });
  afterEach(async () => {
    await running.stop();
    deepStrictEqual(running.violations(), []);
  });
  const server = (): ValuesOf<Server> => running.server as ValuesOf<Server>;
  return {
    get sandbox() {
      return running;
    },
    get server() {
      return server();
    },
    sell: async (wanted = {}) => (await postControl(running, '/sales', wanted)) as { readonly subject: string },
    change: (subject, to) => putControl(running, '/sale', { subject, ...to }),
    notice: async (subject, wanted = {}) => ({
      ...((await postControl(running, '/notice', { subject, ...wanted })) as Omit<TriggerNotice, 'receivedAt'>),
      receivedAt: new Date().toISOString(),
    }),
    verify: async (notice, at = {}) => trigger.verify({ server: { ...server(), ...at }, notice }),
    read: (subject, at = {}, ctx = testCtx()) => trigger.read({ ctx, server: { ...server(), ...at }, subject }),
  };
}
