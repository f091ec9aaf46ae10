import { defineExtension } from '@hostwright/sdk';
import { provisioning } from './provisioning.js';

export default defineExtension({ id: 'dns-zone', name: 'DNS zone', provisioning });
