import { domainStates, type DomainState } from '@hostwright/core';
import { ChoiceInput, IdInput, PageQuery, TextInput } from '../http/index.js';

export class NewDomainInput {
  @TextInput({ max: 1000, description: 'In any script, without http:// or a path', example: 'shop.example' }) readonly name: string;
  @TextInput({ optional: true, max: 63, description: 'Needed only where several components take domains' }) readonly component?: string;
}

export class ServiceDomainsQuery extends PageQuery {
  @ChoiceInput(domainStates, { optional: true }) readonly state?: DomainState;
}

export class DomainsQuery extends ServiceDomainsQuery {
  @IdInput({ optional: true }) readonly serviceId?: string;
  @TextInput({ optional: true, max: 1000, description: 'One name, as it was typed' }) readonly name?: string;
}
