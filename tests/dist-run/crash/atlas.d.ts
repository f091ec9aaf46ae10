import { type Answer, type CrashPoint, type CrashRun, type Scenario } from './crash-run.js';
import type { Aim } from './messages.js';
/** What is known of the operations' ways: which boundaries there are, and which calls can go wrong. */
export declare class Atlas {
    /** Scenario and key → answer → boundaries that lie on the way. */
    private readonly ways;
    private readonly aims;
    private readonly places;
    /** Notes that a job of that scenario came to that point when its provider answered so. True when that was not known. */
    note(scenario: Scenario, { key, boundary }: CrashPoint, answer: Answer): boolean;
    /** Which call goes wrong in runs about that step. */
    setAim(scenario: Scenario, key: string, aim: Aim): void;
    aimOf({ scenario, key }: {
        readonly scenario: Scenario;
        readonly key: string;
    }): Aim | undefined;
    everyPlace(): readonly {
        readonly scenario: Scenario;
        readonly key: string;
    }[];
    knows({ scenario, key, boundary, answer }: CrashRun): boolean;
    /** Every step × boundary × answer. What lies on no known way cannot be met: there is no such place to be killed at. */
    matrix(): {
        readonly runs: readonly CrashRun[];
        readonly inapplicable: readonly CrashRun[];
    };
}
