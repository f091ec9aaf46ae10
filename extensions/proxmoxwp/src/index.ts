import { defineExtension } from '@hostwright/sdk';
import { provisioning } from './provisioning.js';

export default defineExtension({ id: 'proxmoxwp', name: 'Proxmox WordPress', provisioning });
