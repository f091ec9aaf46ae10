import { defineExtension } from '@hostwright/sdk';
import { proxy } from './proxy.js';

export { proxy } from './proxy.js';

export default defineExtension({ id: 'nginx-proxy-manager', name: 'Nginx Proxy Manager', proxy });
