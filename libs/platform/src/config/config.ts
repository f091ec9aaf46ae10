import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { ReceiverRules } from '@hostwright/core';
import { ConfigError, type SecretKey } from './parsers.js';
import { variables, type Values, type VariableName } from './variables.js';

/** The settings of one process, checked. Nothing reads the environment but `readConfig`. */
export interface Config {
  readonly environment: 'production' | 'development' | 'test';
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** What links in mails and answers begin with; no slash at the end. */
  readonly publicUrl: string;
  /** Undefined: the embedded server in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  /** Undefined: the queues live in PostgreSQL. */
  readonly redisUrl: string | undefined;
  /** The first seals, all open. */
  readonly secretKeys: readonly [SecretKey, ...SecretKey[]];
  /** Signs log-ins. Derived from the first secret key. */
  readonly jwtKey: KeyObject;
  readonly extensionsDir: string;
  /** JSON: what the plans of another billing panel mean here. */
  readonly paymenterConfig: string;
  readonly smtpUrl: string | undefined;
  readonly mailFrom: string;
  /** Who is told of operator tasks. Undefined: nobody is, they stand in the panel only. */
  readonly supportEmail: string | undefined;
  /** Folder of the operator's own mail templates. */
  readonly mailTemplates: string | undefined;
  /** Mails that customers are not sent. */
  readonly mailOff: readonly string[];
  /** Sources of orders that tell their customers themselves. */
  readonly mailSilentSources: readonly string[];
  /** Makes the links in mails. Derived from the first secret key. */
  readonly linkKey: KeyObject;
  readonly logLevel: Values['LOG_LEVEL'];
  /** File that every exchange with a provider is appended to. */
  readonly recordFile: string | undefined;
  /** Name servers that names are looked up at. Undefined: the system's. */
  readonly dnsServers: readonly string[] | undefined;
  readonly workerConcurrency: number;
  readonly leaseMs: number;
  /** Multiplies every wait of the engine; 1 but in demonstrations and tests. */
  readonly waitScale: number;
  /** How often panel and provider are compared, and usage is collected, per server. 0: only when somebody asks. */
  readonly reconcileMinutes: number;
  readonly usageMinutes: number;
  /** Proxies in front of the API whose word on a caller's address counts, as addresses or networks. Undefined: none. */
  readonly trustProxy: readonly string[] | undefined;
  /** Where receivers of webhooks may be. */
  readonly webhookReceivers: ReceiverRules;
  readonly apiRatePerMinute: number;
  readonly loginRatePerMinute: number;
}

/**
 * The settings in an environment. Relative paths start at `cwd`. An empty variable counts as not set.
 * Throws `ConfigError`, one line that names the variable and its rule.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, cwd: string): Config {
  const values = Object.fromEntries(Object.keys(variables).map((name) => [name, valueOf(name as VariableName, env, cwd)])) as Values;
  const [first, ...others] = values.SECRET_KEY;
  if (!first) throw new ConfigError('SECRET_KEY', 'must hold a key');
  return {
    environment: values.NODE_ENV,
    host: values.HOST,
    port: values.PORT,
    publicUrl: (values.PUBLIC_URL ?? `http://${values.HOST.includes(':') ? `[${values.HOST}]` : values.HOST}:${values.PORT}`).replace(
      /\/+$/,
      '',
    ),
    databaseUrl: values.DATABASE_URL,
    dataDir: values.DATA_DIR,
    redisUrl: values.REDIS_URL,
    secretKeys: [first, ...others],
    jwtKey: deriveKey(first.key, 'hostwright log-in tokens'),
    extensionsDir: values.EXTENSIONS_DIR,
    paymenterConfig: values.PAYMENTER_CONFIG,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    supportEmail: values.SUPPORT_EMAIL,
    mailTemplates: values.MAIL_TEMPLATES,
    mailOff: values.MAIL_OFF ?? [],
    mailSilentSources: values.MAIL_SILENT_SOURCES,
    linkKey: deriveKey(first.key, 'hostwright one-time links'),
    logLevel: values.LOG_LEVEL,
    recordFile: values.HOSTWRIGHT_RECORD,
    dnsServers: values.HOSTWRIGHT_DNS_SERVERS,
    workerConcurrency: values.WORKER_CONCURRENCY,
    leaseMs: values.LEASE_MS,
    waitScale: values.WAIT_SCALE,
    reconcileMinutes: values.RECONCILE_MINUTES,
    usageMinutes: values.USAGE_MINUTES,
    trustProxy: values.TRUST_PROXY,
    webhookReceivers: { networks: values.WEBHOOK_NETWORKS ?? [], plainHttp: values.WEBHOOK_PLAIN_HTTP === 'yes' },
    apiRatePerMinute: values.API_RATE_PER_MINUTE,
    loginRatePerMinute: values.LOGIN_RATE_PER_MINUTE,
  };
}

/** A 256-bit key for one purpose from a secret key, so that one secret is enough. */
export function deriveKey(key: KeyObject, purpose: string): KeyObject {
  return createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
}

function valueOf(name: VariableName, env: Readonly<Record<string, string | undefined>>, cwd: string): unknown {
  const { parse, fallback, required } = { fallback: undefined, required: undefined, ...variables[name] };
  const text = env[name]?.trim() || fallback;
  if (text === undefined) {
    if (required) throw new ConfigError(name, 'must be set; .env.example says to what');
    return undefined;
  }
  const value = parse(text, cwd);
  if (typeof value === 'object' && 'broken' in value) throw new ConfigError(name, value.broken);
  return value;
}
