import { isPanelError } from '@hostwright/sdk';
import { completion } from './completion.js';
import { componentOf, type GivenUp, type Job, type StepRow } from './job.js';
import { replayForward, replayKnown } from './journaled-replay.js';
import type { DeliveredComponent, NewOperatorTask } from './journal.js';
import { onFailureOf } from './on-failure.js';
import { stepErrorOf } from './outcome.js';
import { PersonNeeded } from './person-needed.js';
import type { Replay } from './replay.js';
import type { ReadyComponent } from './replay-ports.js';
import type { Sealer } from './sealer.js';
import { refuseStrangeJournal, unknownStep } from './strange-journal.js';
import type { TurnOutcome } from './turn-outcome.js';
import type { TurnParts } from './turn-parts.js';

/**
 * What a create still makes once the service is handed over. Every component stands for itself: one that fails, or is stopped, is given up and
 * only its own steps are undone; the others go on, and nothing that was handed over is touched.
 */
export class LaterPart {
  constructor(
    private readonly job: Job,
    private readonly parts: TurnParts,
    private readonly sealer: Sealer,
  ) {}

  async run(): Promise<TurnOutcome> {
    const { ledger, replay: parts, settle, forward, lateLooks } = this.parts;
    const all = await parts.modules.open();
    refuseStrangeJournal(ledger, parts.progress, all);
    const goingOn = all.filter(({ component }) => !this.isGivenUp(component.name));
    const { end, replay } = await replayForward(parts, goingOn, (step) =>
      ledger.isStopping(step.key) ? settle.perform(step) : forward.perform(step),
    );
    const components = this.delivered(goingOn, replay);
    if (end.kind === 'broke' && end.error instanceof PersonNeeded)
      return { kind: 'person', task: end.error.task, phase: 'forward', components };
    if (end.kind === 'broke' || (end.kind === 'threw' && !isPanelError(end.error) && !this.stopped)) throw end.error;
    const lost = this.lost(goingOn, replay);
    if (lost.length > 0) return this.giveUp(lost);
    const cleaning = await this.cleanUp(all);
    const open = settle.open(replay).filter((row) => !this.isGivenUp(componentOf(row.key)));
    const live = open.filter((row) => replay.live.has(row.key));
    // Nothing would ever come of a step that the function no longer comes to.
    if (open.length > 0 && live.length === 0) throw new PersonNeeded(unknownStep(open[0]!, parts.progress));
    const wakes = [...(live.length > 0 ? [ledger.nextWake(live)] : []), ...(cleaning === undefined ? [] : [cleaning])];
    if (wakes.length > 0) return { kind: 'park', wakeInMs: Math.min(...wakes), phase: 'forward', components };
    if (end.kind !== 'returned') throw new Error('the operation waits for something that is not a step');
    const kept = Object.entries(this.job.givenUp).find(([name]) => this.isKept(name));
    if (kept) return { kind: 'person', task: incomplete(...kept), components };
    const lookAgain = await lateLooks.sweepDoubles(await replayKnown(parts, all));
    return this.stopped ? { kind: 'over', state: 'cancelled', lookAgain, components } : { kind: 'completed', components, lookAgain };
  }

  /** What has come to its end meanwhile is the customer's, whatever becomes of the rest. */
  private delivered(goingOn: readonly ReadyComponent[], replay: Replay): readonly DeliveredComponent[] {
    const made = goingOn.filter(({ component }) => component.later && this.isWhole(component.name, replay));
    return completion(this.job, replay.outputs, made, this.sealer, false).components;
  }

  private get stopped(): boolean {
    return this.parts.ledger.stopRequested || this.parts.ledger.failure !== null;
  }

  private isGivenUp(component: string): boolean {
    return this.job.givenUp[component] !== undefined;
  }

  /** Kept for a person to mend; a stop takes it back all the same. */
  private isKept(component: string): boolean {
    return this.job.givenUp[component]?.kept === true && !this.stopped;
  }

  /** Components that will not be made any more, and were not known to be until now. */
  private lost(goingOn: readonly ReadyComponent[], replay: Replay): readonly (readonly [string, GivenUp])[] {
    const lost = new Map<string, GivenUp>();
    for (const one of goingOn) {
      const { name } = one.component;
      const thrown = replay.thrown.get(name);
      const failure = this.parts.ledger.failureOf(name) ?? (isPanelError(thrown) ? stepErrorOf(thrown) : undefined);
      if (failure) lost.set(name, this.mustBeKept(one, failure) ? { ...failure, kept: true } : failure);
      else if (this.stopped && !this.isWhole(name, replay)) lost.set(name, { code: 'stopped', message: 'it was stopped' });
    }
    // What needs one of them will never begin.
    for (let before = -1; before < lost.size;) {
      before = lost.size;
      for (const { component } of goingOn) {
        const missing = component.after?.find((name) => lost.has(name) || this.isGivenUp(name));
        if (missing !== undefined && !lost.has(component.name) && !replay.outputs.has(component.name)) {
          const { kept } = lost.get(missing) ?? this.job.givenUp[missing]!;
          lost.set(component.name, { code: 'conflict', message: `it needs '${missing}', which is not there`, ...(kept ? { kept } : {}) });
        }
      }
    }
    return [...lost];
  }

  /** What belongs to somebody else is not undone around; a person looks first. */
  private mustBeKept(one: ReadyComponent, { code }: GivenUp): boolean {
    return code === 'not_owned' || onFailureOf(this.job, [one]) === 'keep';
  }

  /** It has returned, and every step that it came to is done. */
  private isWhole(name: string, replay: Replay): boolean {
    const { ledger } = this.parts;
    return replay.outputs.has(name) && !ledger.open().some((row) => componentOf(row.key) === name);
  }

  private giveUp(lost: readonly (readonly [string, GivenUp])[]): TurnOutcome {
    return {
      kind: 'give up',
      components: { ...this.job.givenUp, ...Object.fromEntries(lost) },
      operatorTasks: lost.filter(([, { code }]) => code !== 'stopped').map(([name, why]) => incomplete(name, why)),
      because: lost.map(([name, { message }]) => `${name}: ${message}`).join('; '),
    };
  }

  /** Sees to its end what given-up components have under way, then undoes what they did. Answers until when it waits; undefined when it is done. */
  private async cleanUp(all: readonly ReadyComponent[]): Promise<number | undefined> {
    const { replay: parts, settle, rollBack, ledger } = this.parts;
    const isTheirs = ({ key }: StepRow): boolean => this.isGivenUp(componentOf(key));
    if (!ledger.all().some(isTheirs)) return undefined;
    const known = await replayKnown(parts, all);
    const open = await settle.all(known, (row) => isTheirs(row) && row.state !== 'undoing');
    if (open.length > 0) return ledger.nextWake(open);
    const goes = (row: StepRow): boolean => isTheirs(row) && !this.isKept(componentOf(row.key));
    const wakeInMs = await rollBack.undo(known, goes);
    if (wakeInMs !== undefined) return wakeInMs;
    // Operations of other modules that had begun: of their parts nothing is left.
    for (const row of ledger.open().filter(goes)) await ledger.write(row, { state: 'dropped' });
    return undefined;
  }
}

function incomplete(component: string, { message, kept }: GivenUp): NewOperatorTask {
  return {
    kind: 'incomplete',
    stepKey: component,
    title: `'${component}' could not be made; the service is in use without it`,
    detail: `${message}. ${kept ? 'What it had done was kept.' : 'What it had done is undone.'} Retry the job once this is mended.`,
  };
}
