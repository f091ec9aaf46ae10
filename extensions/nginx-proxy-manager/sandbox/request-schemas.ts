import type { Schema } from './schema.js';

/*
 * Request bodies of Nginx Proxy Manager.
 * Source: its OpenAPI document 2.15.1 (`backend/schema`, MIT), prose removed; the differences of 2.12 from the project's history.
 */

const boolean: Schema = { type: 'boolean' };
const forwardScheme: Schema = { type: 'string', enum: ['http', 'https'] };
const forwardHost: Schema = { type: 'string', minLength: 1, maxLength: 255 };
const forwardPort: Schema = { type: 'integer', minimum: 1, maximum: 65_535 };
const domainName: Schema = { type: 'string', pattern: '^[^&| @!#%^();:/\\\\}{=+?<>,~`\'"]+$' };

const hostProperties: Readonly<Record<string, Schema>> = {
  domain_names: { type: 'array', minItems: 1, maxItems: 100, uniqueItems: true, items: domainName },
  forward_scheme: forwardScheme,
  forward_host: forwardHost,
  forward_port: forwardPort,
  certificate_id: {
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: '^new$' },
    ],
  },
  ssl_forced: boolean,
  hsts_enabled: boolean,
  hsts_subdomains: boolean,
  http2_support: boolean,
  block_exploits: boolean,
  caching_enabled: boolean,
  allow_websocket_upgrade: boolean,
  access_list_id: { type: 'integer', minimum: 0 },
  advanced_config: { type: 'string' },
  enabled: boolean,
  meta: { type: 'object' },
  locations: {
    type: 'array',
    minItems: 0,
    items: {
      type: 'object',
      required: ['forward_scheme', 'forward_host', 'forward_port', 'path'],
      additionalProperties: false,
      properties: {
        id: {},
        path: { type: 'string', minLength: 1 },
        forward_scheme: forwardScheme,
        forward_host: forwardHost,
        forward_port: forwardPort,
        forward_path: { type: 'string' },
        advanced_config: { type: 'string' },
      },
    },
  },
};

const certificateMeta: Readonly<Record<string, Schema>> = {
  certificate: { type: 'string', minLength: 1 },
  certificate_key: { type: 'string', minLength: 1 },
  dns_challenge: boolean,
  dns_provider_credentials: { type: 'string' },
  dns_provider: { type: 'string' },
  letsencrypt_certificate: { type: 'object' },
  propagation_seconds: { type: 'integer', minimum: 0 },
};

export interface RequestSchemas {
  readonly logIn: Schema;
  readonly createHost: Schema;
  readonly changeHost: Schema;
  readonly createCertificate: Schema;
}

/** @param modern 2.13 and newer: the mail of the certificate authority's account is the user's; 2.14: `trust_forwarded_proto`. */
export function requestSchemas(modern: boolean): RequestSchemas {
  const properties = modern ? { ...hostProperties, trust_forwarded_proto: boolean } : hostProperties;
  const meta = modern
    ? { ...certificateMeta, key_type: { type: 'string', enum: ['rsa', 'ecdsa'] } as const }
    : { ...certificateMeta, letsencrypt_email: { type: 'string' } as const, letsencrypt_agree: boolean };
  return {
    logIn: {
      type: 'object',
      required: ['identity', 'secret'],
      additionalProperties: false,
      properties: {
        identity: { type: 'string', minLength: 1 },
        scope: { type: 'string', minLength: 1, enum: ['user'] },
        secret: { type: 'string', minLength: 1 },
      },
    },
    createHost: {
      type: 'object',
      required: ['domain_names', 'forward_scheme', 'forward_host', 'forward_port'],
      additionalProperties: false,
      properties,
    },
    changeHost: { type: 'object', minProperties: 1, additionalProperties: false, properties },
    createCertificate: {
      type: 'object',
      required: ['provider'],
      additionalProperties: false,
      properties: {
        provider: { type: 'string', pattern: '^(letsencrypt|other)$' },
        nice_name: { type: 'string' },
        domain_names: { type: 'array', maxItems: 100, uniqueItems: true, items: domainName },
        meta: { type: 'object', additionalProperties: false, properties: meta },
      },
    },
  };
}
