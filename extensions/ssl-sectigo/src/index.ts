import { defineExtension } from '@hostwright/sdk';
import { certificate, provisioning } from './modules.js';

export { certificate, provisioning } from './modules.js';

export default defineExtension({ id: 'ssl-sectigo', name: 'Sectigo', provisioning, certificate });
