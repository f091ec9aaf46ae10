import { defineExtension } from '@hostwright/sdk';
import { provisioning } from './provisioning.js';

export default defineExtension({ id: 'support-subscription', name: 'Support subscription', provisioning });
