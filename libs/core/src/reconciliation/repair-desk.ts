/** What was begun about a finding: a job, or a task for a person. */
export interface Repair {
  readonly findingId: string;
  readonly jobId: string | null;
  readonly taskId: string | null;
  /** False when it had been asked for before and that still counts; then nothing happened. */
  readonly created: boolean;
}

/** Staff's one call about a finding. */
export abstract class RepairDesk {
  /**
   * Begins what `repairOf` says, once however often it is pressed. Audited in the same transaction.
   * `confirm`: the remote id of the orphan that is to be removed, repeated by whoever wants that.
   * Throws: `not_found`; `conflict` when it is no longer so, or the service's state has changed; `invalid_input` when a removal is not
   * confirmed; `unsupported` when the module has no such operation.
   */
  abstract repair(findingId: string, confirm: string | undefined, actor: string): Promise<Repair>;
}
