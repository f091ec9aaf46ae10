import { defineExtension } from '@hostwright/sdk';
import { dns } from './dns.js';

export { dns } from './dns.js';

export default defineExtension({ id: 'ispconfig-dns', name: 'ISPConfig DNS', dns });
