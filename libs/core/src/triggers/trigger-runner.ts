import type { Log } from '@hostwright/sdk';
import { DueWork } from '../queues/index.js';
import type { LookResult, TriggerLook } from './trigger-look.js';
import type { ClaimedSubject, TriggerQueue } from './trigger-store.js';

export interface TriggerRunnerSettings {
  /** Looks under way at once in this process. */
  readonly concurrency: number;
  /** Looks under way at one server, in all processes together, more or less. */
  readonly perServer: number;
  /** Longer than a look may take. */
  readonly leaseMs: number;
  /** Multiplies every wait; 1 but in demonstrations and tests. */
  readonly waitScale: number;
}

export const defaultTriggerRunnerSettings: TriggerRunnerSettings = { concurrency: 32, perServer: 8, leaseMs: 60_000, waitScale: 1 };

export interface TriggerRunnerPorts {
  readonly queue: TriggerQueue;
  readonly look: Pick<TriggerLook, 'take'>;
  /** 0 to 1, 1 excluded. */
  readonly random: () => number;
  readonly log: Log;
}

const hours = 3_600_000;
/** How long a subject is tried before staff are asked. */
const triggerGiveUpMs = 24 * hours;
const firstWaitMs = 5_000;
const longestWaitMs = 900_000;

/** Drawn between half and all of a wait that doubles from 5 s to 15 min, and never less than the provider asked for. */
export function triggerWaitMs(failures: number, random: number, afterMs = 0): number {
  const step = Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 20));
  return Math.max(step * (0.5 + random / 2), Math.min(afterMs, longestWaitMs));
}

/** Looks at subjects that are due. */
export class TriggerRunner {
  private readonly due: DueWork<ClaimedSubject>;

  constructor(
    private readonly ports: TriggerRunnerPorts,
    private readonly settings: TriggerRunnerSettings,
  ) {
    const { concurrency, perServer, leaseMs } = settings;
    this.due = new DueWork({
      concurrency,
      claim: (most) => ports.queue.claim(most, perServer, leaseMs),
      see: (subject) => this.see(subject),
      unrecorded: ({ subject, serverId }, error) =>
        ports.log.error(`a look at ${subject} of server ${serverId} could not be recorded`, { error: String(error) }),
    });
  }

  /** Takes what is due and begins; returns when that is under way. A call meanwhile joins in and makes it look once more. */
  look(): Promise<void> {
    return this.due.look();
  }

  /** Takes no more and waits for what is under way. */
  stop(): Promise<void> {
    return this.due.stop();
  }

  private async see(subject: ClaimedSubject): Promise<void> {
    const { queue, look, log } = this.ports;
    let result: LookResult;
    try {
      result = await look.take(subject, () => queue.hold(subject, this.settings.leaseMs));
    } catch (error) {
      log.error(`a look at ${subject.subject} of server ${subject.serverId} failed unexpectedly`, { stack: stackOf(error) });
      result = { end: 'later', reason: 'an unexpected error; the log has it' };
    }
    // Somebody who took over may have looked before what we did: they see it at the next look.
    if (!(await this.record(subject, result)) && result.end !== 'lost') await queue.lookAgain(subject);
  }

  private record(subject: ClaimedSubject, result: LookResult): Promise<boolean> {
    const { queue, random } = this.ports;
    const { serviceId } = result;
    const about = serviceId === undefined ? {} : { serviceId };
    switch (result.end) {
      case 'lost':
        return Promise.resolve(false);
      case 'done':
        return queue.done(subject, { ...about, outcome: result.outcome });
      case 'moved':
        return queue.move(subject, result.to);
      case 'failed':
        return queue.fail(subject, {
          ...about,
          outcome: result.wrong,
          once: result.once ?? false,
          answered: true,
          ...askOf(subject, result.wrong, result.next),
        });
      case 'later': {
        const { waitScale } = this.settings;
        const giveUpMs = triggerGiveUpMs * waitScale;
        const left = subject.giveUpInMs ?? giveUpMs;
        if (left <= 0) {
          const wrong = `could not be seen to for 24 hours: ${result.reason}`;
          return queue.fail(subject, {
            ...about,
            outcome: wrong,
            once: false,
            answered: false,
            ...askOf(subject, wrong, 'Mend that, then replay the event'),
          });
        }
        const wait = triggerWaitMs(subject.failures, random(), result.afterMs) * waitScale;
        const { reason, mend } = result;
        return queue.later(subject, { ...about, reason, inMs: Math.min(wait, left), giveUpMs, ...(mend !== undefined && { mend }) });
      }
    }
  }
}

function askOf(
  { serverName, subject, events }: ClaimedSubject,
  wrong: string,
  next: string,
): { readonly title: string; readonly detail: string } {
  const replay = events.length > 0 ? ` Its events here: ${events.join(', ')}.` : '';
  return {
    title: `${subject} of the server ${serverName} ${wrong}`.slice(0, 300),
    detail: `${subject} ${wrong}. ${next}.${replay}`.slice(0, 2_000),
  };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
