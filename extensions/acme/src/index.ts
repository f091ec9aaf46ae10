import { defineExtension } from '@hostwright/sdk';
import { certificate } from './certificate.js';
import { provisioning } from './provisioning.js';

export { certificate } from './certificate.js';
export { provisioning } from './provisioning.js';

export default defineExtension({ id: 'acme', name: "ACME (Let's Encrypt and others)", certificate, provisioning });
