import { isPanelError, type Found, type Json } from '@hostwright/sdk';
import { mayPass, pause, type AnyStep, type Patience } from './any-step.js';
import { withinStep } from './call-scope.js';
import { asJson } from './crossing.js';
import type { JournalRow } from './journal.js';

/** A step that the function has come to, and what the journal knows of it. */
export interface KnownStep {
  readonly key: string;
  readonly spec: AnyStep;
  readonly row: JournalRow;
}

/** How undoing a step came out. `left`: something of it may be there that only a person can see to; `remains`: what stays all the same. */
export type UndoEnd = { readonly left: boolean; readonly remains?: string | undefined };

const gone: UndoEnd = { left: false };
const isLeft: UndoEnd = { left: true };

/** Reverses one step, as the host does. */
export async function undoStep(step: KnownStep, patience: Patience): Promise<UndoEnd> {
  const { spec, row } = step;
  if (row.state === 'done') return reverse(step, row.output, patience);
  if (!row.unknown || !leavesSomething(step)) return gone;
  if (!spec.find) {
    if (!spec.sweep) return isLeft;
    await sweepStep(step, patience);
    return gone;
  }
  const found = await settle(step, patience);
  return found === undefined ? gone : reverse(step, asJson(found.output), patience);
}

/** Removes what calls of unknown outcome made beside what was kept. */
export async function sweepStep({ key, spec, row }: KnownStep, patience: Patience): Promise<void> {
  const keep = row.state === 'done' ? asJson(row.output) : undefined;
  if (spec.sweep) await persist(() => withinStep(key, () => spec.sweep!(asJson(row.claim), keep)), patience);
}

/** False for a step that is repeatable as it is and has nothing to undo. */
function leavesSomething({ spec, row }: KnownStep): boolean {
  return row.claim !== undefined || spec.undo !== undefined || spec.sweep !== undefined || spec.strength === 'blind';
}

async function reverse({ key, spec, row }: KnownStep, output: Json | undefined, patience: Patience): Promise<UndoEnd> {
  if (!spec.undo) return row.claim === undefined && spec.strength !== 'blind' ? gone : isLeft;
  const remains = spec.remains?.(asJson(output));
  let task: Json | undefined;
  for (;;) {
    const answer = await persist(() => withinStep(key, async () => spec.undo!(asJson(output), asJson(row.claim), asJson(task))), patience);
    if (!answer) return { left: false, remains };
    task = asJson(answer.task) ?? task;
    await pause(patience);
  }
}

/** What turned up of a call whose outcome was never learned; undefined when nothing of ours did. */
async function settle({ key, spec, row }: KnownStep, patience: Patience): Promise<{ readonly output: unknown } | undefined> {
  for (;;) {
    let found: Found<unknown, unknown>;
    try {
      found = await persist(() => withinStep(key, () => spec.find!(asJson(row.claim))), patience);
    } catch (error) {
      if (isPanelError(error) && error.code === 'not_owned') return undefined;
      throw error;
    }
    if (found.state === 'done') return found;
    if (found.state === 'absent') return undefined;
    await pause(patience);
  }
}

async function persist<T>(act: () => Promise<T>, patience: Patience): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await act();
    } catch (error) {
      if (tries >= patience.attempts || !mayPass(error)) throw error;
      await pause(patience);
    }
  }
}
