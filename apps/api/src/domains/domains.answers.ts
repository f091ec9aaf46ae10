import {
  domainForCustomer,
  domainStates,
  instructionsFor,
  proofs,
  type Caller,
  type Domain,
  type PageOf,
  type RequestedDomain,
} from '@hostwright/core';
import { Shows, ShowsPart } from '../http/index.js';

export class DomainTextAnswer {
  @Shows('text', { description: 'Name of the TXT record' }) readonly name: string;
  @Shows('text') readonly value: string;
}

export class DomainInstructionsAnswer {
  @ShowsPart(() => DomainTextAnswer, { description: 'Proves that the domain is the customer’s; an address that leads here does so too' })
  readonly txt: DomainTextAnswer;
  @Shows('texts', { description: 'What its A and AAAA records must say, and nothing else' }) readonly addresses: readonly string[];
  @Shows('texts', { description: 'Whom it may be delegated to instead once the text was seen; its zone is made then. Empty: nobody' })
  readonly nameServers: readonly string[];
}

export class DomainAnswer {
  @Shows('id') readonly id: string;
  @Shows('id') readonly serviceId: string;
  @Shows('text') readonly component: string;
  @Shows('text', { description: 'In lower case and in ASCII' }) readonly name: string;
  @Shows('text', { enum: domainStates }) readonly state: string;
  @ShowsPart(() => DomainInstructionsAnswer, { nullable: true, description: 'What the customer is to do; null once that is done' })
  readonly instructions: DomainInstructionsAnswer | null;
  @Shows('text?', { description: 'What the DNS still lacked at the last look' }) readonly missing: string | null;
  @Shows('time?', { description: 'When the DNS is looked at next' }) readonly lookAt: Date | null;
  @Shows('text?', { enum: proofs, description: 'How it was seen to be the customer’s' }) readonly verifiedBy: string | null;
  @Shows('time?') readonly verifiedAt: Date | null;
  @Shows('flag', { description: 'Its zone at our name servers goes with it' }) readonly zone: boolean;
  @Shows('text?', { description: 'Why it is gone, when it did not go as asked' }) readonly failure: string | null;
  @Shows('id?', { description: 'The job that adds it; null while it waits for the DNS' }) readonly addJobId: string | null;
  @Shows('id?') readonly removeJobId: string | null;
  @Shows('time') readonly createdAt: Date;
  @Shows('time?') readonly activeSince: Date | null;
  @Shows('time?') readonly goneAt: Date | null;
}

export class RequestedDomainAnswer {
  @ShowsPart(() => DomainAnswer) readonly domain: DomainAnswer;
  @Shows('id?', { description: 'The job that does it; null while it waits for the DNS, and when there was nothing to do' })
  readonly jobId: string | null;
  @Shows('flag', { description: 'False when the same had been asked for already' }) readonly created: boolean;
}

function shownDomain(found: Domain, caller: Caller): DomainAnswer {
  const { token, target, ...domain } = caller.kind === 'customer' ? domainForCustomer(found) : found;
  const waits = domain.state === 'adding' && domain.lookAt !== null;
  return { ...domain, instructions: waits ? instructionsFor({ name: domain.name, token, target }) : null };
}

export function shownPage({ items, next }: PageOf<Domain>, caller: Caller): PageOf<DomainAnswer> {
  return { items: items.map((domain) => shownDomain(domain, caller)), next };
}

export function shownRequest({ domain, jobId, created }: RequestedDomain, caller: Caller): RequestedDomainAnswer {
  return { domain: shownDomain(domain, caller), jobId, created };
}
