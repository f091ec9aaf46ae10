/** The signals that ask us to stop, once each is wanted. */
export interface StopSignals {
  /** Aborted by the first signal; its reason is the signal's name. */
  readonly first: AbortSignal;
  /** Aborted by the second: whoever asked has lost patience. */
  readonly second: AbortSignal;
  /** Gives the signals back to Node. */
  release(): void;
}

/** Listens for Ctrl-C, SIGTERM and the end of the terminal from now on. */
export function listenForStop(): StopSignals {
  const first = new AbortController();
  const second = new AbortController();
  const listener = (signal: NodeJS.Signals): void => (first.signal.aborted ? second : first).abort(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return {
    first: first.signal,
    second: second.signal,
    release: () => {
      for (const signal of signals) process.off(signal, listener);
    },
  };
}

/** Fulfilled when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
