import { Shows, ShowsPart } from '../http/index.js';

export class UsageDayAnswer {
  @Shows('text', { description: 'A day of UTC, such as 2030-01-31' }) readonly day: string;
  @Shows('integer?', { description: 'The last that was measured on that day' }) readonly diskBytes: number | null;
  @Shows('integer?') readonly memoryBytes: number | null;
  @Shows('integer', { description: 'What was added on that day' }) readonly trafficBytes: number;
}

export class ComponentUsageAnswer {
  @Shows('text', { description: 'Name of the component' }) readonly component: string;
  @Shows('time') readonly measuredAt: Date;
  @Shows('integer?') readonly diskBytes: number | null;
  @Shows('integer?') readonly memoryBytes: number | null;
  @Shows('integer', { description: 'Since the service is there; never goes back' }) readonly trafficBytes: number;
  @ShowsPart(() => UsageDayAnswer, { list: true, description: 'Oldest first; days without a measurement are left out' })
  readonly days: readonly UsageDayAnswer[];
}

export class ServiceUsageAnswer {
  @Shows('text', { description: 'The first day' }) readonly from: string;
  @Shows('text', { description: 'The last day' }) readonly to: string;
  @ShowsPart(() => ComponentUsageAnswer, { list: true, description: 'Components that were ever measured' })
  readonly components: readonly ComponentUsageAnswer[];
}
