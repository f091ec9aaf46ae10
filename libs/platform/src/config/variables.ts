import {
  addresses,
  codes,
  decimal,
  email,
  host,
  mailbox,
  nameServers,
  oneOf,
  path,
  secretKeys,
  someOf,
  url,
  wholeNumber,
} from './parsers.js';
import type { Parser } from './parsers.js';

interface Variable<T> {
  readonly parse: Parser<T>;
  /** The text it has when it is not set. Without one the value is then `undefined`. */
  readonly fallback?: string;
  readonly required?: true;
}

const withDefault = <T>(fallback: string, parse: Parser<T>) => ({ parse, fallback });
const optional = <T>(parse: Parser<T>) => ({ parse });
const required = <T>(parse: Parser<T>) => ({ parse, required: true as const });

/** Every mail that customers get, as core has them, and what support is told of what went well: settings are read before anything of it is loaded. */
export const mailsThatMayBeOff = [
  'welcome',
  'later-parts',
  'later-parts-delayed',
  'delayed',
  'not-delivered',
  'suspended',
  'unsuspended',
  'terminated',
  'package-changed',
  'password-changed',
  'domain-active',
  'domain-waits',
  'domain-failed',
  'delivered',
] as const;

/** Every variable the panel reads. `.env.example` says what each is for. */
export const variables = {
  NODE_ENV: withDefault('production', oneOf('production', 'development', 'test')),
  HOST: withDefault('127.0.0.1', host),
  PORT: withDefault('3000', wholeNumber(0, 65_535)),
  PUBLIC_URL: optional(url('http', 'https')),
  DATABASE_URL: optional(url('postgres', 'postgresql')),
  DATA_DIR: withDefault('.hostwright', path),
  REDIS_URL: optional(url('redis', 'rediss')),
  SECRET_KEY: required(secretKeys),
  EXTENSIONS_DIR: withDefault('extensions', path),
  PAYMENTER_CONFIG: withDefault('config/paymenter.json', path),
  SMTP_URL: optional(url('smtp', 'smtps')),
  MAIL_FROM: withDefault('Hostwright <hostwright@localhost>', mailbox),
  SUPPORT_EMAIL: optional(email),
  MAIL_TEMPLATES: optional(path),
  MAIL_OFF: optional(someOf(...mailsThatMayBeOff)),
  MAIL_SILENT_SOURCES: withDefault('paymenter', codes),
  LOG_LEVEL: withDefault('info', oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent')),
  HOSTWRIGHT_RECORD: optional(path),
  HOSTWRIGHT_DNS_SERVERS: optional(nameServers),
  WORKER_CONCURRENCY: withDefault('200', wholeNumber(1, 10_000)),
  LEASE_MS: withDefault('10000', wholeNumber(1_000, 300_000)),
  WAIT_SCALE: withDefault('1', decimal(0.001, 10)),
  RECONCILE_MINUTES: withDefault('10', wholeNumber(0, 1_440)),
  USAGE_MINUTES: withDefault('60', wholeNumber(0, 1_440)),
  API_RATE_PER_MINUTE: withDefault('600', wholeNumber(1, 1_000_000)),
  TRUST_PROXY: optional(addresses),
  WEBHOOK_NETWORKS: optional(addresses),
  WEBHOOK_PLAIN_HTTP: withDefault('no', oneOf('no', 'yes')),
  LOGIN_RATE_PER_MINUTE: withDefault('10', wholeNumber(1, 100_000)),
} as const satisfies Record<string, Variable<unknown>>;

export type VariableName = keyof typeof variables;

type ParsedBy<P> = P extends (text: string, cwd: string) => infer R ? Exclude<R, { readonly broken: string }> : never;

/** The value of each variable; `undefined` only where it may be left out. */
export type Values = {
  readonly [K in VariableName]:
    | ParsedBy<(typeof variables)[K]['parse']>
    | ((typeof variables)[K] extends { fallback: string } | { required: true } ? never : undefined);
};
