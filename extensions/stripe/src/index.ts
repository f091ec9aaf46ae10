import { defineExtension } from '@hostwright/sdk';
import { trigger } from './trigger.js';

export default defineExtension({ id: 'stripe', name: 'Stripe', trigger });
