import { defineExtension } from '@hostwright/sdk';
import { trigger } from './trigger.js';

export default defineExtension({ id: 'zoho-billing', name: 'Zoho Billing', trigger });
