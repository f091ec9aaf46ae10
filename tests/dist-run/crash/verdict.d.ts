import type { Shop } from '@hostwright/platform/testing';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import type { Installation, RunningShop, Service } from './installation.js';
export declare const flawKinds: readonly ["lost", "doubled", "orphaned", "stuck"];
export type FlawKind = (typeof flawKinds)[number];
/** What must not be. */
export interface Flaw {
    readonly kind: FlawKind;
    readonly what: string;
}
export type Expected = 'built' | 'rolled back' | 'terminated';
/** What the database says of a job that must have come to an end of that kind. */
export declare function databaseFlaws(installation: Installation, jobId: string, expected: Expected): Promise<Flaw[]>;
/** What lives at a shop's providers, by the service it belongs to; what belongs to none of them is `strange`. */
export declare function ledgerOf(shop: RunningShop, services: readonly Service[]): {
    of(service: Service): LedgerEntry[];
    strange: LedgerEntry[];
};
/** What is missing of a finished site, or there twice. */
export declare function siteFlaws(entries: readonly LedgerEntry[], delivered: Shop['delivered']): Flaw[];
export declare function leftovers(entries: readonly LedgerEntry[]): Flaw[];
