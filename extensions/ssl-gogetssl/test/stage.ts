import { authorityStages, type AuthorityStage, type RunOptions, type TestCtxOptions } from '@hostwright/sdk-testing';
import sandbox from '../sandbox/index.js';
import { provisioning } from '../src/modules.js';

export type Stage = AuthorityStage;

/** GoGetSSL with a name server that it validates by. */
export const { aStage, run } = authorityStages(sandbox, { speed: 0.0005 });

/** What create leaves on a service. */
export type Left = Readonly<Record<string, string>> & { readonly privateKey: { readonly $secret: string } };

export interface Made {
  readonly output: Left;
  undo(): Promise<void>;
  sweep(): Promise<void>;
}

export const order = { names: 'shop.example.com, www.shop.example.com, *.shop.example.com' };

/** Sells one certificate. `product`: what is different from the usual one. */
export async function create(
  stage: Stage,
  options: RunOptions & TestCtxOptions = {},
  { asked = order, product = {} }: { readonly asked?: object; readonly product?: object } = {},
): Promise<Made> {
  const input = { order: asked, product: { ...stage.sandbox.product, ...product } };
  return (await run(stage, provisioning.create, input as never, options)) as unknown as Made;
}

/** What the operations after it are given. */
export function later(left: Left, more: object = {}) {
  const { remoteId, ...properties } = left;
  return { order: { names: left['names'] }, remoteId, properties, ...more } as never;
}

/** Numbers of the orders that are alive. */
export const alive = ({ sandbox: { ledger } }: Stage): readonly string[] => ledger().map(({ id }) => id);
export const callsOf = ({ sandbox: { calls } }: Stage, path: string): number => calls().filter((call) => call.path.startsWith(path)).length;
