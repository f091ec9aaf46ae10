/** A job that was asked for here, and what for. */
export interface PressedJob {
  readonly jobId: string;
  readonly title: string;
}
