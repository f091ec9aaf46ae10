import { defineExtension } from '@hostwright/sdk';
import { certificate } from './certificate.js';

export { certificate } from './certificate.js';

export default defineExtension({ id: 'acme', name: "ACME (Let's Encrypt and others)", certificate });
