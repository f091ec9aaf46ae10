import {
  absent,
  done,
  operation,
  PanelError,
  type Json,
  type Operation,
  type OperationArguments,
  type OperationShape,
} from '@hostwright/sdk';
import { testCtx } from '../../ctx/index.js';
import { runOperation, type Run, type RunOptions } from '../run-operation.js';

export interface Shape extends OperationShape {
  readonly input: { readonly size: number };
  readonly output: Json | undefined;
}
export type Arguments = OperationArguments<Shape, Record<never, never>, string>;

export const unknown = () => new PanelError('unknown_outcome', 'silence');
const steps = ['make machine', 'name machine'];
const pausing = { pauseMs: 1 };

/** A provider with machines by name, and what was asked of it. */
export class Provider {
  readonly machines = new Set<string>();
  readonly asked: string[] = [];

  find(name: string) {
    this.asked.push(`find ${name}`);
    return Promise.resolve(this.machines.has(name) ? done({ name }) : absent);
  }

  make(name: string) {
    this.asked.push(`make ${name}`);
    this.machines.add(name);
    return Promise.resolve({ name });
  }

  remove(name: string) {
    this.asked.push(`remove ${name}`);
    this.machines.delete(name);
    return Promise.resolve();
  }

  machine(name: string) {
    return {
      strength: 'unique',
      claim: name,
      find: (claim: string) => this.find(claim),
      run: (claim: string) => this.make(claim),
      undo: (made: { name: string }) => this.remove(made.name),
    } as const;
  }
}

export function run(what: Operation<Shape>, options: RunOptions = {}): Promise<Run<Json | undefined>> {
  return runOperation(what, { ctx: testCtx(), size: 5 }, { ...pausing, ...options });
}

export function anOperation(body: (args: Arguments) => Promise<Json | undefined>, declared: readonly string[] = steps): Operation<Shape> {
  return operation<Shape>({ steps: declared, run: body });
}

export function twoMachines(provider: Provider): Operation<Shape> {
  return anOperation(async ({ step }) => {
    await step('make machine', provider.machine('one'));
    return step('name machine', provider.machine('two'));
  });
}
