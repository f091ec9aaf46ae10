/** Caps on what is under way at once on a server, shared by every process. A permit belongs to a step, parked or not. */
export abstract class Permits {
  /**
   * Takes a permit for a step, or finds that it has one. False: none is free.
   * An interactive step may take any of them; others leave one in ten (at least one, where there are more than two) free.
   */
  abstract acquire(permit: {
    serverId: string;
    name: string;
    cap: number;
    jobId: string;
    stepKey: string;
    interactive: boolean;
  }): Promise<boolean>;
  /** Gives a step's permits back and wakes the job that has waited longest for one. True when there was one: it is due now. */
  abstract release(jobId: string, stepKey: string): Promise<boolean>;
}
