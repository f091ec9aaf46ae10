/** What a provider does with the call that a run is about. */
export declare const answers: readonly ["ok", "ghost_success", "late_success", "error_before", "lost_reply", "malformed"];
export type Answer = (typeof answers)[number];
/**
 * - `create`: a site is built
 * - `roll back`: a site is built, refused at the very end, and everything is undone
 * - `terminate`: a site that stands is taken down
 * - `relay`: an event of a job goes through the outbox
 */
export declare const scenarios: readonly ["create", "roll back", "terminate", "relay"];
export type Scenario = (typeof scenarios)[number];
/** Key of what happens to a job as a whole. */
export declare const wholeJob = "job";
/** Key of what happens to its events. */
export declare const outbox = "outbox";
/** The boundary of a wait at which its job is a row and nobody works on it. */
export declare const parkedBetweenPolls = "parked between polls";
/** The boundary of a wait after a look in vain. */
export declare const betweenPolls = "between polls";
/** Where a job stands when its worker is killed. */
export interface CrashPoint {
    /** Of the step, as in the journal; or `wholeJob`, `outbox`. */
    readonly key: string;
    /** The last thing that had taken effect, `after call`; or the next, `before intent`. */
    readonly boundary: string;
}
/** One row of the matrix. */
export interface CrashRun extends CrashPoint {
    readonly scenario: Scenario;
    readonly answer: Answer;
}
export declare function idOf({ scenario, key, boundary, answer }: CrashRun): string;
/** Throws a `TypeError` when the text is not the id of a run. */
export declare function runOf(id: string): CrashRun;
