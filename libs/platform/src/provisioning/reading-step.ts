import type { Step } from '@hostwright/sdk';

/** Steps of an action that only reads: each is its call, done when it is come to. Nothing of them is written down. */
export const readingStep = ((name: string | readonly [string, string], spec: object) => {
  const { run, until, find, undo } = spec as Readonly<Record<string, unknown>>;
  if (typeof run !== 'function' || until !== undefined || find !== undefined || undo !== undefined)
    throw new Error(`the step '${String(name)}' of an action that reads is more than a call`);
  return (run as () => Promise<unknown>).call(spec);
}) as Step<string>;
