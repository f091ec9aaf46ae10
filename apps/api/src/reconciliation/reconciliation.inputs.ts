import { findingKinds, lookKinds, lookStates, type FindingKind, type LookKind, type LookState } from '@hostwright/core';
import { ChoiceInput, IdInput, PageQuery, TextInput } from '../http/index.js';

const findingStates = ['open', 'resolved'];

export class FindingsQuery extends PageQuery {
  @IdInput({ optional: true }) readonly serverId?: string;
  @IdInput({ optional: true }) readonly serviceId?: string;
  @ChoiceInput(findingKinds, { optional: true }) readonly kind?: FindingKind;
  @ChoiceInput(findingStates, { optional: true }) readonly state?: 'open' | 'resolved';
}

export class RunsQuery extends PageQuery {
  @IdInput({ optional: true }) readonly serverId?: string;
  @ChoiceInput(lookKinds, { optional: true, description: 'Comparisons, or collections of usage; both when left out' })
  readonly kind?: LookKind;
  @ChoiceInput(lookStates, { optional: true }) readonly state?: LookState;
}

export class RepairInput {
  @TextInput({ optional: true, max: 255, description: 'The remote id of the orphan that is to be removed; for an orphan it must be given' })
  readonly confirm?: string;
}
