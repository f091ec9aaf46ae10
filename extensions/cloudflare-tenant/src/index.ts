import { defineExtension } from '@hostwright/sdk';
import { provisioning } from './provisioning.js';

export { provisioning } from './provisioning.js';

export default defineExtension({ id: 'cloudflare-tenant', name: 'Cloudflare for resellers', provisioning });
