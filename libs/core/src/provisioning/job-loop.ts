/** What a worker process starts, rings and stops. */
export abstract class JobLoop {
  abstract start(): Promise<void>;
  /** There may be jobs that are due. Returns at once. */
  abstract look(): void;
  abstract stop(): Promise<void>;
}
