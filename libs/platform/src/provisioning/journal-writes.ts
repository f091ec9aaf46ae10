import type { JobTurn, StepEntry } from '@hostwright/core';
import { startColumns, writeStarts, type StartEntry } from './start-writes.js';
import { partsOfStep, stepColumns, stepParts, writeSteps, type StepPart } from './step-writes.js';
import { partsOfTurn, turnColumns, turnParts, writeTurns, type TurnPart } from './turn-writes.js';
import { arraysOf, columnsFor, parametersOf, rowOf, rowsOf, type Column } from './write-columns.js';

/** All that the journal writes at once: new jobs, steps, ends of turns. */
export class WriteBatch {
  private readonly starts: StartEntry[] = [];
  private readonly steps: StepEntry[] = [];
  private readonly turns: JobTurn[] = [];
  private readonly ofSteps = new Set<StepPart>();
  private readonly ofTurns = new Set<TurnPart>();

  addStart(entry: StartEntry): void {
    this.starts.push(entry);
  }

  addStep(entry: StepEntry): void {
    this.steps.push(entry);
    partsOfStep(entry, this.ofSteps);
  }

  addTurn(turn: JobTurn): void {
    this.turns.push(turn);
    partsOfTurn(turn, this.ofTurns);
  }

  /**
   * The statement, the name it is prepared under, and its parameters. `again`: some of it may be there already.
   * It answers a `WrittenRow` for everything that was written; what does not come back was fenced off. Throws when a step comes twice
   * and was there before: within one statement, the second write would not see the first.
   */
  statement(again: boolean): { readonly name: string; readonly text: string; readonly values: unknown[] } {
    const { starts, steps, turns, ofSteps, ofTurns } = this;
    if (ofSteps.has('changes') && hasTwice(steps)) throw new Error('a step is to be written twice at once: one after the other');
    const alone = steps.length === 1 && starts.length + turns.length === 0;
    const { name, text, columns } = prepared({
      starts: starts.length > 0,
      steps: steps.length > 0 ? ofSteps : undefined,
      turns: turns.length > 0 ? ofTurns : undefined,
      alone,
      again,
    });
    const values = [
      ...(starts.length > 0 ? arraysOf(starts, startColumns) : []),
      ...(alone ? parametersOf(steps[0]!, columns.steps) : steps.length > 0 ? arraysOf(steps, columns.steps) : []),
      ...(turns.length > 0 ? arraysOf(turns, columns.turns) : []),
    ];
    return { name, text, values };
  }
}

export interface WrittenRow {
  readonly kind: 'start' | 'step' | 'turn';
  /** Place among those of its kind, from 1. */
  readonly ord: number;
  readonly id: string;
  /** Of a step: its job was asked to stop. Of a start: it is held. */
  readonly flag: boolean;
}

function hasTwice(steps: readonly StepEntry[]): boolean {
  return new Set(steps.map(({ jobId, step }) => `${jobId} ${step.key}`)).size < steps.length;
}

/** What a statement writes. It has a part only for what its batch really brings. */
interface WriteShape {
  readonly starts: boolean;
  readonly steps: ReadonlySet<StepPart> | undefined;
  readonly turns: ReadonlySet<TurnPart> | undefined;
  /** A step and nothing else: its columns come as parameters of their own. */
  readonly alone: boolean;
  readonly again: boolean;
}

interface PreparedWrite {
  readonly name: string;
  readonly text: string;
  readonly columns: { readonly steps: readonly Column<StepEntry, StepPart>[]; readonly turns: readonly Column<JobTurn, TurnPart>[] };
}

const statements = new Map<string, PreparedWrite>();

function prepared(shape: WriteShape): PreparedWrite {
  const name = nameOf(shape);
  let known = statements.get(name);
  if (known === undefined) {
    const columns = {
      steps: shape.steps ? columnsFor(stepColumns, shape.steps) : [],
      turns: shape.turns ? columnsFor(turnColumns, shape.turns) : [],
    };
    statements.set(name, (known = { name, text: writeStatement(shape, columns), columns }));
  }
  return known;
}

/** Short: PostgreSQL cuts names at 63 bytes. */
function nameOf({ starts, steps, turns, alone, again }: WriteShape): string {
  return `write ${again ? 'r' : ''}${alone ? 'a' : ''}${starts ? 'n' : ''} s${bits(steps, stepParts)} t${bits(turns, turnParts)}`;
}

/** A bit for each part, in order; nothing for what the batch has not. */
function bits<Part extends string>(parts: ReadonlySet<Part> | undefined, all: readonly Part[]): string {
  return parts ? all.map((part) => (parts.has(part) ? '1' : '0')).join('') : '';
}

/** The parameters are the columns of the starts, then those of the steps, then those of the turns. */
function writeStatement({ starts, steps, turns, alone, again }: WriteShape, columns: PreparedWrite['columns']): string {
  const parts: string[] = [];
  const answers: string[] = [];
  let next = 1;
  if (starts) {
    parts.push(writeStarts(next));
    next += startColumns.length;
    answers.push(`SELECT 'start' AS kind, ord::int, id, held AS flag FROM n`);
  }
  if (steps) {
    const source = alone ? rowOf(columns.steps, next, 'i') : rowsOf(columns.steps, next, 'i');
    next += columns.steps.length;
    parts.push(writeSteps(source, columns.steps, steps, again));
    const changes = !again && steps.has('changes');
    answers.push(`SELECT 'step' AS kind, ord::int, job_id AS id, stop AS flag FROM f${changes ? ' WHERE is_new' : ''}`);
    // A row that should have been there and is not was not written.
    if (changes) answers.push(`SELECT 'step' AS kind, ord::int, job_id AS id, stop AS flag FROM fu`);
  }
  if (turns) {
    parts.push(writeTurns(rowsOf(columns.turns, next, 'x'), turns, { afterSteps: steps !== undefined, again }));
    answers.push(`SELECT 'turn' AS kind, ord::int, id, true AS flag FROM j`);
  }
  return `WITH ${parts.join(', ')}\n${answers.join('\nUNION ALL ')}`;
}
