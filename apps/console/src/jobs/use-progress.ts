import { useEffect, useState } from 'react';
import { currentSession, followProgress, type ProgressEvent } from '../api/index.js';

export interface Following {
  readonly events: readonly ProgressEvent[];
  /** Whether events arrive as they happen. */
  readonly live: boolean;
  /** The last event was received. */
  readonly over: boolean;
  readonly error: unknown;
}

const nothing: Following = { events: [], live: false, over: false, error: undefined };

/** Follows a job as long as it is shown. `round` begins anew, for a job that goes on after its end. */
export function useProgress(jobId: string, round = 0): Following {
  const [following, setFollowing] = useState(nothing);
  useEffect(() => {
    const end = new AbortController();
    const change = (part: (before: Following) => Partial<Following>) => {
      if (!end.signal.aborted) setFollowing((before) => ({ ...before, ...part(before) }));
    };
    setFollowing(nothing);
    followProgress({
      jobId,
      signal: end.signal,
      fetch: (...call) => window.fetch(...call),
      token: () => currentSession.get()?.token,
      wait,
      onEvent: (event) => change(({ events }) => ({ events: [...events, event] })),
      onLive: (live) => change(() => ({ live, error: undefined })),
    }).then(
      () => change(() => ({ over: true, live: false })),
      (error: unknown) => {
        if ((error as { status?: unknown }).status === 401) currentSession.end();
        change(() => ({ error, live: false }));
      },
    );
    return () => end.abort();
  }, [jobId, round]);
  return following;
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
