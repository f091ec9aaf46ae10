import type { LoadedJob, Succession } from '@hostwright/core';
import { isPanelError } from '@hostwright/sdk';

/** Two ids of the same thing, one in each world. */
export type Pair = readonly [string, string];

export const minute = 60_000;

/** What was answered; of an error, what the engine goes by. */
export async function answerOf<Answer>(act: () => Promise<Answer>): Promise<Answer | string> {
  try {
    return await act();
  } catch (error) {
    if (isPanelError(error)) return `!${error.code}`;
    return `!${(error as Error).name}`;
  }
}

export function plainSuccession({ claimedBefore, claimedAgain, completed }: Succession): unknown {
  return { claimedBefore: [...claimedBefore].sort(), claimedAgain: [...claimedAgain].sort(), completed };
}

/** Steps by place of their job, times in minutes. */
export function rounded(loaded: ReadonlyMap<string, LoadedJob>, at: 0 | 1, jobs: readonly Pair[]): unknown {
  const inMinutes = (_key: string, value: unknown): unknown =>
    _key.endsWith('Ms') && typeof value === 'number' ? Math.round(value / minute) : value;
  return jobs.map((pair) => {
    const { steps, eventCount } = loaded.get(pair[at])!;
    const rows = [...steps].sort((a, b) => (a.key < b.key ? -1 : 1));
    return JSON.parse(JSON.stringify({ eventCount, rows }, inMinutes)) as unknown;
  });
}
