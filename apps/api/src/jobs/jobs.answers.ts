import { customerStepStates, jobStates, queueNames } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class FailureAnswer {
  @Shows('text', { description: 'A code of the panel, or `stopped` or `bug`' }) readonly code: string;
  @Shows('text') readonly message: string;
}

export class JobAnswer {
  @Shows('id') readonly id: string;
  @Shows('id?') readonly serviceId: string | null;
  @Shows('text') readonly operation: string;
  @Shows('text', { enum: jobStates }) readonly state: string;
  @Shows('text', { enum: ['forward', 'settling', 'undoing', 'looking', 'ended'] }) readonly phase: string;
  @Shows('text') readonly requestedBy: string;
  @Shows('integer') readonly percentage: number;
  @ShowsPart(() => FailureAnswer, { nullable: true }) readonly failure: FailureAnswer | null;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?') readonly startedAt: Date | null;
  @Shows('time?') readonly finishedAt: Date | null;
  @Shows('time?') readonly stopRequestedAt: Date | null;
  @Shows('time?', { description: 'When a worker looks at it next' }) readonly wakeAt: Date | null;
}

export class JobStepAnswer {
  @Shows('text') readonly key: string;
  @Shows('integer') readonly position: number;
  @Shows('text', { enum: ['parked', 'intended', 'waiting', 'done', 'failed', 'skipped', 'dropped', 'undoing', 'undone'] })
  readonly state: string;
  @Shows('id?') readonly serverId: string | null;
  @Shows('json?', { description: 'What it claims at the provider' }) readonly claim: unknown;
  @Shows('json?', { description: 'Secrets are shown as `{ set: true }`' }) readonly output: unknown;
  @ShowsPart(() => FailureAnswer, { nullable: true }) readonly error: FailureAnswer | null;
  @Shows('integer') readonly attempts: number;
  @Shows('integer') readonly polls: number;
  @Shows('flag', { description: 'The outcome of a call was at some time unknown' }) readonly unknown: boolean;
  @Shows('text?') readonly waitFor: string | null;
  @Shows('time?') readonly wakeAt: Date | null;
  @Shows('time') readonly startedAt: Date;
  @Shows('time?') readonly finishedAt: Date | null;
}

export class CustomerJobEventAnswer {
  @Shows('integer') readonly number: number;
  @Shows('time') readonly at: Date;
  @Shows('text', { enum: ['progress', 'waiting', 'rollback', 'attention', 'complete', 'error', 'cancelled'] }) readonly type: string;
  @Shows('integer') readonly step: number;
  @Shows('integer') readonly total: number;
  @Shows('integer') readonly percentage: number;
  @Shows('text') readonly message: string;
}

export class JobEventAnswer extends CustomerJobEventAnswer {
  @Shows('text?') readonly stepKey: string | null;
}

export class JobComponentAnswer {
  @Shows('text') readonly name: string;
  @Shows('text') readonly extension: string;
  @Shows('text') readonly version: string;
  @Shows('id') readonly serverId: string;
  @Shows('texts', { description: 'The plan: every declared step' }) readonly steps: readonly string[];
}

export class JobDetailsAnswer extends JobAnswer {
  @ShowsPart(() => JobComponentAnswer, { list: true }) readonly components: readonly JobComponentAnswer[];
  @ShowsPart(() => JobStepAnswer, { list: true }) readonly steps: readonly JobStepAnswer[];
  @ShowsPart(() => JobEventAnswer, { list: true, description: 'The last 1000' }) readonly events: readonly JobEventAnswer[];
  @Shows('json?') readonly result: unknown;
}

export class CustomerJobAnswer {
  @Shows('id') readonly id: string;
  @Shows('id?') readonly serviceId: string | null;
  @Shows('text') readonly operation: string;
  @Shows('text', { enum: jobStates }) readonly state: string;
  @Shows('integer') readonly percentage: number;
  @ShowsPart(() => FailureAnswer, {
    nullable: true,
    description: 'What the customer can mend in words of its own, anything else as `failed`',
  })
  readonly failure: FailureAnswer | null;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?') readonly startedAt: Date | null;
  @Shows('time?') readonly finishedAt: Date | null;
}

export class CustomerStepAnswer {
  @Shows('text') readonly component: string;
  @Shows('text') readonly name: string;
  @Shows('text', { enum: customerStepStates }) readonly state: string;
}

export class CustomerJobDetailsAnswer extends CustomerJobAnswer {
  @ShowsPart(() => CustomerStepAnswer, { list: true, description: 'In the order of the plan' })
  readonly steps: readonly CustomerStepAnswer[];
  @ShowsPart(() => CustomerJobEventAnswer, { list: true, description: 'The last 1000' }) readonly events: readonly CustomerJobEventAnswer[];
  @Shows('json?', { description: 'Of an action that customers are shown, what it answered' }) readonly result: unknown;
}

export class ContinuedJobAnswer {
  @Shows('id', { description: 'The job that goes on' }) readonly jobId: string;
}

export class OperatorTaskAnswer {
  @Shows('id') readonly id: string;
  @Shows('id?') readonly jobId: string | null;
  @Shows('id?') readonly serviceId: string | null;
  @Shows('id?', { description: 'Of a setting of a server: asked once for all jobs that wait for it' }) readonly serverId: string | null;
  @Shows('text') readonly kind: string;
  @Shows('text', { description: 'The step, or the setting of the server; empty when it is about the whole job' }) readonly stepKey: string;
  @Shows('text') readonly title: string;
  @Shows('text') readonly detail: string;
  @Shows('text', { enum: ['open', 'resolved'] }) readonly state: string;
  @Shows('time') readonly openedAt: Date;
  @Shows('time?') readonly resolvedAt: Date | null;
  @Shows('text?') readonly resolvedBy: string | null;
  @Shows('text?') readonly resolution: string | null;
}

export class QueueStatsAnswer {
  @Shows('text', { enum: queueNames }) readonly queue: string;
  @Shows('integer') readonly waiting: number;
  @Shows('integer') readonly running: number;
  @Shows('integer') readonly failed: number;
  @Shows('integer') readonly completedLast24h: number;
}

export class QueuesAnswer {
  @ShowsPart(() => QueueStatsAnswer, { list: true }) readonly items: readonly QueueStatsAnswer[];
}

export class QueueEntryAnswer {
  @Shows('id') readonly id: string;
  @Shows('text', { enum: queueNames }) readonly queue: string;
  @Shows('text') readonly kind: string;
  @Shows('text') readonly state: string;
  @Shows('integer') readonly attempts: number;
  @Shows('text?') readonly error: string | null;
  @Shows('json?') readonly result: unknown;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?') readonly finishedAt: Date | null;
}

export class RetriedAnswer {
  @Shows('integer', { description: 'How many are tried once more' }) readonly retried: number;
}

export class ClearedAnswer {
  @Shows('integer', { description: 'How many were taken off the list' }) readonly cleared: number;
}
