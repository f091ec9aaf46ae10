/** What an API key may do. `paymenter` opens the calls of that panel's extensions and nothing else. */
export const scopes = [
  'servers:read',
  'servers:write',
  'catalog:read',
  'catalog:write',
  'customers:read',
  'customers:write',
  'services:read',
  'services:write',
  'jobs:read',
  'jobs:write',
  'queues:read',
  'queues:write',
  'webhooks:read',
  'webhooks:write',
  'triggers:read',
  'triggers:write',
  'audit:read',
  'metrics:read',
  'paymenter',
] as const;

export type Scope = (typeof scopes)[number];
