import type { Restoration, RestoredServer } from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class RestoredServerAnswer implements RestoredServer {
  @Shows('id') readonly serverId: string;
  @Shows('text') readonly name: string;
  @Shows('text', { enum: ['held', 'compared', 'released'], description: 'Held: no job works there and no order is placed there' })
  readonly state: RestoredServer['state'];
  @Shows('time?') readonly endedAt: Date | null;
  @Shows('text?', { description: '`system` when a run compared it, or who released it' }) readonly endedBy: string | null;
  @Shows('text?', { description: 'Why it was released' }) readonly reason: string | null;
  @Shows('text?', { description: 'Why the last run on it failed' }) readonly lookError: string | null;
  @Shows('values', { description: 'Open findings: `orphan`, `missing`, `drift`' }) readonly findings: RestoredServer['findings'];
}

export class RestorationAnswer {
  @Shows('text', { enum: ['none', 'comparing', 'over'], description: 'Comparing: servers are held until they have been looked at' })
  readonly state: 'none' | 'comparing' | 'over';
  @Shows('text?', {
    enum: ['database', 'marks'],
    description: 'How it was found: the database is another one, or a provider has later things',
  })
  readonly reason: string | null;
  @Shows('time?') readonly foundAt: Date | null;
  @Shows('time?') readonly endedAt: Date | null;
  @ShowsPart(() => RestoredServerAnswer, { list: true }) readonly servers: readonly RestoredServer[];
}

export function restorationAnswer(latest: Restoration | undefined): RestorationAnswer {
  if (!latest) return { state: 'none', reason: null, foundAt: null, endedAt: null, servers: [] };
  const { reason, foundAt, endedAt, servers } = latest;
  return { state: endedAt ? 'over' : 'comparing', reason, foundAt, endedAt, servers };
}
