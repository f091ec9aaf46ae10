import { defineExtension } from '@hostwright/sdk';
import { provisioning } from './provisioning.js';

export { provisioning } from './provisioning.js';

export default defineExtension({ id: 'cpanel', name: 'cPanel & WHM', provisioning });
