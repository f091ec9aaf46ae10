/** The same seed makes the same choices. Answers whole numbers below what it is given. */
export type Choose = (below: number) => number;
export declare function choices(seed: number): Choose;
/** A copy in an order of the seed's choosing. */
export declare function shuffled<T>(list: readonly T[], choose: Choose): T[];
