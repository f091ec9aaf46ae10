import { secret, type Json, type JsonObject, type Operation, type OperationShape } from '@hostwright/sdk';
import type { InspectedSandbox } from '../http/index.js';
import { runOperation, type RunOptions } from '../running/index.js';
import type { LedgerEntry, SandboxCall } from '../sandbox.js';
import { isVerb, type ConformanceCase, type LifeStep } from './case.js';

/** Why a life is played with more patience than a panel has: one call may show several faults in a row. */
const patience: RunOptions = { attempts: 200, pauseMs: 5 };

/** As the host makes one: letters of both cases and digits. */
const newPassword = 'Conforming1Password2Of3Some4';

/** What one thing done with a service came to. */
export interface Deed {
  readonly operation: string;
  /** What it answered, times and secrets left out. */
  readonly output: Json | undefined;
  /** What lives at the provider afterwards. */
  readonly ledger: readonly LedgerEntry[];
  /** What the provider was asked, in order. */
  readonly calls: readonly SandboxCall[];
  /** Steps in which something was begun at the provider. */
  readonly begun: readonly string[];
}

/** One service at a sandbox of its own, from nothing. */
export class Life {
  #remoteId = '';
  #properties: JsonObject = {};
  #product: JsonObject;

  private constructor(
    private readonly conformance: ConformanceCase,
    readonly sandbox: InspectedSandbox,
  ) {
    this.#product = sandbox.product;
  }

  static async begin(conformance: ConformanceCase): Promise<Life> {
    return new Life(conformance, await conformance.start());
  }

  /** Does one thing to its end. Throws why it failed. */
  async do(step: LifeStep, options: RunOptions = {}): Promise<Deed> {
    const { sandbox, conformance } = this;
    const before = sandbox.calls().length;
    const answer = conformance.answer && ((call: Parameters<NonNullable<RunOptions['answer']>>[0]) => conformance.answer?.(call));
    const run = await runOperation(this.#operation(step.operation), this.#arguments(step), {
      ...patience,
      ...(answer ? { answer } : {}),
      ...options,
    });
    const output = run.output as Json | undefined;
    this.#keep(step, output);
    return {
      operation: step.operation,
      output: comparable(output),
      ledger: sorted(sandbox.ledger()),
      calls: sandbox.calls().slice(before),
      begun: run.journal.rows().flatMap(([key, row]) => (row.unknown ? [key] : [])),
    };
  }

  #operation(name: string): Operation<OperationShape> {
    const { module } = this.conformance;
    const found = name in module ? (module as unknown as Record<string, unknown>)[name] : module.actions?.[name];
    if (found === undefined) throw new Error(`the module has no ${name}`);
    return found as Operation<OperationShape>;
  }

  #arguments(step: LifeStep) {
    const { sandbox, conformance } = this;
    const { server } = sandbox;
    const product = step.product ?? this.#product;
    const common = { ctx: conformance.ctx(server), service: { id: '7' }, server, product, order: conformance.order };
    if (step.operation === 'create') return { ...common, reserved: conformance.reserved ?? {} };
    // As the host gives it to a terminate; the service of the suite has none.
    const later = { ...common, remoteId: this.#remoteId, properties: this.#properties, domains: [] };
    if (step.operation === 'changePackage') return { ...later, previous: this.#product };
    if (step.operation === 'changePassword') return { ...later, password: secret(newPassword) };
    return step.operation in this.conformance.module ? later : { ...later, input: step.input ?? {} };
  }

  #keep(step: LifeStep, output: Json | undefined): void {
    if (step.operation === 'create') {
      const { remoteId, ...properties } = output as JsonObject;
      this.#remoteId = remoteId as string;
      this.#properties = properties;
    } else if (isVerb(step.operation)) this.#properties = { ...this.#properties, ...(output as JsonObject | undefined) };
    else this.#properties = { ...this.#properties, ...leftBy(output) };
    if (step.product !== undefined) this.#product = step.product;
  }
}

function sorted(ledger: readonly LedgerEntry[]): readonly LedgerEntry[] {
  const key = ({ kind, id }: LedgerEntry): string => `${kind} ${id}`;
  return [...ledger].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

/** The properties that an action changed, as `leaving` says them. */
function leftBy(output: Json | undefined): JsonObject {
  const left = typeof output === 'object' && output !== null && '$leaves' in output ? output['$leaves'] : undefined;
  return (left ?? {}) as JsonObject;
}

/** Two lives are never lived at the same time, and a provider never gives the same password twice. */
function comparable(output: Json | undefined): Json | undefined {
  if (output === undefined) return undefined;
  const text = JSON.stringify(output)
    .replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"a time"')
    .replace(/"\$secret":"(?:[^"\\]|\\.)*"/g, '"$secret":"a secret"');
  return JSON.parse(text) as Json;
}
