import { type ShopKind } from '@hostwright/platform/testing';
import type { JsonObject } from '@hostwright/sdk';
import type { InspectedSandbox } from '@hostwright/sdk-testing';
import type pg from 'pg';
import { WorkerProcess } from './worker-process.js';
export declare const root: string;
/** What the providers hold of one finished site. */
export declare const delivered: readonly {
    kind: string;
    count: number;
    details?: JsonObject;
}[];
/** Providers of its own, servers of its own, and a product that uses them. */
export interface RunningShop {
    readonly providers: Readonly<Record<ShopKind, InspectedSandbox>>;
    readonly serverIds: Readonly<Record<ShopKind, string>>;
    readonly productCode: string;
}
export interface Service {
    readonly shop: RunningShop;
    readonly serviceId: string;
    readonly createJobId: string;
    /** The owner mark that everything of it bears at the providers. */
    readonly owner: string;
    /** Names and addresses that are its own alone. */
    readonly names: readonly string[];
}
export interface InstallationOptions {
    readonly databaseUrl: string;
    /** Several, so that a permit there is one of does not make all jobs stand in one line. */
    readonly shops: number;
    /** Of the providers. */
    readonly speed?: number;
    readonly waitScale?: number;
    /** More of the processes' environment. */
    readonly environment?: Record<string, string>;
}
/** A panel without HTTP in a database of its own: shipped extensions, shops as the demonstration has them, and their providers. */
export declare class Installation {
    readonly pool: pg.Pool;
    readonly environment: Readonly<Record<string, string>>;
    private readonly installationId;
    private readonly provisioning;
    readonly shops: readonly RunningShop[];
    /** What the worker processes have logged. */
    readonly lines: string[];
    private orders;
    /** Services that went wrong: what is left of them is known already. */
    readonly flawed: Service[];
    private constructor();
    static open({ databaseUrl, shops: count, speed, waitScale, environment: more, }: InstallationOptions): Promise<Installation>;
    close(): Promise<void>;
    /** A worker process that loads and waits to be told to begin. */
    newWorker(): WorkerProcess;
    order(shop: RunningShop): Promise<Service>;
    terminate({ serviceId }: Service): Promise<string>;
    /** The provider behind a server. */
    providerOf(serverId: string): InspectedSandbox;
}
