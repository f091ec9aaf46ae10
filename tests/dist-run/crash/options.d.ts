export declare const help = "npm run test:crash -- [options]\n\nKills worker processes at every step boundary of create, its roll-back and terminate, with every answer a provider may give, lets another\nworker recover, and looks at the providers and the database: nothing may be lost, doubled, orphaned or stuck. Then three storms.\n\n  --only '<id>'    one run alone, by the id that a failure names; may be given several times\n  --sample N       N runs of the matrix, chosen by the seed\n  --seed N         makes the same choices again; CRASH_SEED does the same\n  --sweep          the matrix without the storms\n  --storms         the storms without the matrix\n  --jobs N         jobs under way in each storm; default 50\n  --list           prints the ids of all runs and what is inapplicable\n  --help\n\nEnds with 'runs N of N lost 0 doubled 0 orphaned 0 stuck 0'; the exit code is 1 when that is not so.";
export interface Options {
    readonly only: readonly string[];
    readonly sample: number | undefined;
    readonly seed: number;
    readonly sweep: boolean;
    readonly storms: boolean;
    readonly jobs: number;
    readonly list: boolean;
    readonly help: boolean;
}
/** Throws a `TypeError` that names the option at fault. */
export declare function readOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): Options;
