import { Shows, ShowsPart } from '../http/index.js';

export class ChoiceAnswer {
  @Shows('text', { description: 'As the field holds it' }) readonly value: string;
  @Shows('text') readonly label: string;
}

export class ChoicesAnswer {
  @ShowsPart(() => ChoiceAnswer, { list: true }) readonly items: readonly ChoiceAnswer[];
}

export class FoundAccountAnswer {
  @Shows('text') readonly remoteId: string;
  @Shows('text') readonly name: string;
  @Shows('text', { enum: ['running', 'stopped', 'changing'] }) readonly state: string;
  @Shows('text?', { description: 'The owner mark it bears' }) readonly owner: string | null;
  @Shows('text?') readonly package: string | null;
  @Shows('id?', { description: 'The living service that has it' }) readonly serviceId: string | null;
}

export class FoundAccountsAnswer {
  @ShowsPart(() => FoundAccountAnswer, { list: true }) readonly items: readonly FoundAccountAnswer[];
}

export class AdoptedAnswer {
  @Shows('id') readonly serviceId: string;
}
