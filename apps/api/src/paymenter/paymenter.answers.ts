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
