import { jobStates, type JobState } from '@hostwright/core';
import type { JsonObject } from '@hostwright/sdk';
import { ChoiceInput, IdInput, LongTextInput, PageQuery, TextInput, ValuesInput } from '../http/index.js';

export class JobsQuery extends PageQuery {
  @ChoiceInput(jobStates, { optional: true }) readonly state?: JobState;
  @TextInput({ optional: true, max: 63 }) readonly operation?: string;
  @IdInput({ optional: true }) readonly serviceId?: string;
}

export class SkipStepInput {
  @TextInput({ max: 500, description: 'Key of the step' }) readonly step: string;
  @ValuesInput({ optional: true, nullable: true, description: 'What the operation goes on with, where it needs something' })
  readonly output?: JsonObject | null;
}

export class ResolutionInput {
  @LongTextInput({ max: 4000, description: 'What was done, for whoever reads it later' }) readonly resolution: string;
}

export class OperatorTasksQuery extends PageQuery {
  @ChoiceInput(['open', 'resolved'], { optional: true }) readonly state?: 'open' | 'resolved';
  @IdInput({ optional: true }) readonly serviceId?: string;
  @IdInput({ optional: true }) readonly jobId?: string;
}
