import type { InspectedSandbox } from '@hostwright/sdk-testing';
import { type CrashPoint, type CrashRun, type Scenario } from './crash-run.js';
import type { Service } from './installation.js';
import type { Aim, JobOrders } from './messages.js';
export interface JobPlan {
    readonly scenario: Scenario;
    /** Left out: it runs undisturbed. */
    readonly run?: CrashRun;
    readonly aim?: Aim;
}
/** A job of the sweep, and how far it has come. */
export declare class TrackedJob {
    readonly jobId: string;
    readonly service: Service;
    readonly plan: JobPlan;
    /** Its worker was killed when it stood at its point. */
    crashed: boolean;
    held: boolean;
    /** It never came to its point. */
    abandoned: boolean;
    /** No worker will touch it any more, or one asks for a person. */
    over: boolean;
    /** Boundaries it has passed before any worker was killed. */
    readonly passed: CrashPoint[];
    private fault;
    constructor(jobId: string, service: Service, plan: JobPlan);
    /** It has still to come to its point. */
    get awaited(): boolean;
    get orders(): JobOrders;
    get atOutbox(): boolean;
    /** Arms the fault of its run, once. */
    arm(provider: InspectedSandbox, mark: string, delayMs: number): void;
    /** Its provider has answered as the run says. */
    get answered(): boolean;
    /** Nothing that it has asked for takes effect after this time. */
    get quietFrom(): number;
}
