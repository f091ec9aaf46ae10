import type { OwnWords } from './common-key.js';
import type { CrashPoint } from './crash-run.js';

/** Which of a module's functions makes a call. */
export type Phase = 'run' | 'until' | 'undo' | 'find' | 'sweep';

/** Which call of a job the provider answers wrongly: the first of that step, in that phase, of that shape. */
export interface Aim {
  readonly key: string;
  readonly phase: Phase;
  /** Method and path without what differs from job to job. */
  readonly shape: string;
}

/** What a worker is told about a job. */
export interface JobOrders {
  readonly jobId: string;
  /** What in its steps' keys is its own: `holdAt` and `aim` are in words without it. */
  readonly own: OwnWords;
  readonly holdAt?: CrashPoint;
  readonly aim?: Aim;
  /** The operation that is refused when every step is done. */
  readonly refusedAtTheEnd?: string;
}

export interface Passed extends CrashPoint {
  readonly jobId: string;
}

/** A call to a provider, as discovery needs to know it. */
export interface SeenCall {
  readonly jobId: string;
  readonly key: string;
  readonly phase: Phase;
  readonly shape: string;
  /** It may change something: it is more than a read. */
  readonly changes: boolean;
  /** The same for calls that are the same, byte for byte. */
  readonly digest: string;
}

export type ToWorker =
  | {
      readonly type: 'start';
      readonly leaseMs: number;
      readonly orders: readonly JobOrders[];
      /** Tell of every call. */
      readonly calls: boolean;
      /** Server → regular expression over the shape of calls that change nothing. */
      readonly reads: Readonly<Record<string, string>>;
    }
  | { readonly type: 'armed'; readonly jobId: string };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'started' }
  | { readonly type: 'passed'; readonly points: readonly Passed[] }
  | { readonly type: 'held'; readonly jobId: string; readonly at: CrashPoint }
  | { readonly type: 'calls'; readonly calls: readonly SeenCall[] }
  /** A step is called that its module declares `blind`. */
  | { readonly type: 'blind'; readonly jobId: string; readonly key: string }
  /** Before the call it is aimed at: the fault is to be armed at that server, for calls with that mark. */
  | { readonly type: 'arm'; readonly jobId: string; readonly serverId: string; readonly mark: string };
