import { findingAspects, findingKinds, lookKinds, lookStates } from '@hostwright/core';
import { Shows } from '../http/index.js';

export class FindingAnswer {
  @Shows('id') readonly id: string;
  @Shows('id') readonly serverId: string;
  @Shows('id', { description: 'Of an orphan the service its mark names, which need not be there' }) readonly serviceId: string;
  @Shows('text', { description: 'Of the service; empty for an orphan' }) readonly component: string;
  @Shows('text') readonly remoteId: string;
  @Shows('text', { enum: findingKinds }) readonly kind: string;
  @Shows('text', { enum: Object.values(findingAspects).flat(), description: 'What exactly is so' }) readonly aspect: string;
  @Shows('values', { description: 'What was found, and what should be: `expected`, `found`' }) readonly details: object;
  @Shows('time') readonly firstSeenAt: Date;
  @Shows('time') readonly lastSeenAt: Date;
  @Shows('flag', { description: 'False: the last run could not tell whether it is still so' }) readonly rechecked: boolean;
  @Shows('time?', { description: 'When a run found that it is no longer so' }) readonly resolvedAt: Date | null;
  @Shows('id?', { description: 'The job of the repair' }) readonly repairJobId: string | null;
  @Shows('id?', { description: 'The operator task of the repair' }) readonly repairTaskId: string | null;
  @Shows('text?') readonly repairedBy: string | null;
  @Shows('time?') readonly repairedAt: Date | null;
}

export class RunAnswer {
  @Shows('id') readonly id: string;
  @Shows('id') readonly serverId: string;
  @Shows('text', { enum: lookKinds }) readonly kind: string;
  @Shows('text', { enum: lookStates }) readonly state: string;
  @Shows('text', { description: '`clock`, or who asked for it' }) readonly requestedBy: string;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?') readonly startedAt: Date | null;
  @Shows('time?') readonly endedAt: Date | null;
  @Shows('values', { description: 'What was counted, by name' }) readonly counts: object;
  @Shows('text?', { description: 'Why it failed' }) readonly error: string | null;
}

export class RepairAnswer {
  @Shows('id') readonly findingId: string;
  @Shows('id?', { description: 'The job that repairs it' }) readonly jobId: string | null;
  @Shows('id?', { description: 'The operator task, where a person decides' }) readonly taskId: string | null;
  @Shows('flag', { description: 'False when it had been asked for before; then nothing happened' }) readonly created: boolean;
}
