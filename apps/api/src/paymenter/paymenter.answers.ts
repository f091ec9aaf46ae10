import { Shows, ShowsPart } from '../http/index.js';

export class CreateSiteBody {
  @Shows('text', { description: "The caller's id, 1–255 characters; the same again answers the same" }) readonly service_id: string;
  @Shows('text') readonly email: string;
  @Shows('text') readonly plan: string;
  @Shows('text', { description: 'IPv4' }) readonly public_ip: string;
}

export class SiteBody {
  @Shows('text') readonly service_id: string;
}

export class UpgradeBody {
  @Shows('text') readonly service_id: string;
  @Shows('text') readonly plan: string;
}

export class ActionBody {
  @Shows('text') readonly service_id: string;
  @Shows('text', { optional: true, description: 'With actions on a backup' }) readonly bak?: string;
  @Shows('text', { optional: true, description: 'With actions on a domain' }) readonly domain?: string;
}

export class CreateSiteAnswer {
  @Shows('flag') readonly success: true;
  @Shows('integer') readonly vmid: number;
  @Shows('text') readonly private_ip: string;
  @Shows('text') readonly subdomain: string;
}

export class SuccessAnswer {
  @Shows('flag') readonly success: true;
}

export class DomainBody {
  @Shows('text') readonly service_id: string;
  @Shows('text', { description: 'In any script, without http:// or a path' }) readonly domain: string;
}

export class AddedDomainAnswer {
  @Shows('flag') readonly success: true;
  @Shows('text', { description: 'In lower case and in ASCII' }) readonly domain: string;
}

export class DomainProofAnswer {
  @Shows('text') readonly name: string;
  @Shows('text') readonly value: string;
}

export class PendingDomainAnswer {
  @Shows('text') readonly domain: string;
  @Shows('text', { enum: ['waiting', 'adding', 'removing'], description: '`waiting`: for its DNS' }) readonly state: string;
  @Shows('text?', { description: 'What the DNS still lacked at the last look' }) readonly missing: string | null;
  @ShowsPart(() => DomainProofAnswer, { optional: true, description: 'The TXT record that proves whose it is' })
  readonly txt?: DomainProofAnswer;
  @Shows('texts', { optional: true, description: 'Where it must lead' }) readonly addresses?: readonly string[];
  @Shows('texts', { optional: true, description: 'Whom it may be delegated to instead' }) readonly nameservers?: readonly string[];
}

export class SiteDomainsAnswer {
  @Shows('flag') readonly success: true;
  @Shows('texts', { description: 'Those that lead to the site' }) readonly domains: readonly string[];
  @ShowsPart(() => PendingDomainAnswer, { list: true }) readonly pending: readonly PendingDomainAnswer[];
}

export class ResourcesAnswer {
  @Shows('number?', { description: 'Fraction of its share, 0–1' }) readonly cpu: number | null;
  @Shows('integer?', { description: 'Bytes' }) readonly memory: number | null;
  @Shows('integer?', { description: 'Seconds' }) readonly uptime: number | null;
}

export class SiteStatusAnswer {
  @Shows('text') readonly service_id: string;
  @Shows('integer') readonly vmid: number;
  @Shows('text') readonly private_ip: string;
  @Shows('text') readonly subdomain: string;
  @Shows('text') readonly public_ip: string;
  @Shows('text', {
    description: '`provisioning` until the site is delivered, then what the provider says',
    enum: ['provisioning', 'running', 'stopped', 'changing', 'missing'],
  })
  readonly status: string;
  @Shows('text?') readonly node: string | null;
  @ShowsPart(() => ResourcesAnswer) readonly resources: ResourcesAnswer;
  @Shows('texts') readonly domains: readonly string[];
}

export class PaymenterErrorAnswer {
  @Shows('flag') readonly success: false;
  @Shows('text', { description: 'For a person; may be shown to customers' }) readonly error: string;
}
