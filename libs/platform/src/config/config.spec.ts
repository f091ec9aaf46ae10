import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { customerMails } from '@hostwright/core';
import { mailsThatMayBeOff } from './variables.js';
import { ConfigError, configSecrets, readConfig, variables } from './index.js';

const key = Buffer.alloc(32, 7).toString('base64');
const read = (env: Record<string, string>) => readConfig({ SECRET_KEY: key, ...env }, '/srv/panel');

describe('readConfig', () => {
  it.each([
    ['SECRET_KEY', 'short'],
    ['SECRET_KEY', `a:${key},a:${key}`],
    ['SECRET_KEY', `${key},`],
    ['PORT', '80a'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['DATABASE_URL', 'mysql://u:hunter2@db/x'],
    ['DATABASE_URL', 'hunter2'],
    ['REDIS_URL', 'http://hunter2'],
    ['SMTP_URL', 'hunter2:25'],
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['WAIT_SCALE', '0'],
    ['WAIT_SCALE', 'NaN'],
    ['WORKER_CONCURRENCY', '0'],
    ['RECONCILE_MINUTES', '-1'],
    ['USAGE_MINUTES', 'hourly'],
    ['LEASE_MS', '10'],
    ['SUPPORT_EMAIL', 'nobody'],
    ['MAIL_FROM', 'Panel <>'],
    ['MAIL_OFF', 'welcome,hunter2'],
    ['MAIL_OFF', 'new-link'],
    ['MAIL_SILENT_SOURCES', 'Hunter2!'],
    ['HOST', 'http://localhost'],
    ['HOSTWRIGHT_DNS_SERVERS', 'dns.example.net'],
    ['HOSTWRIGHT_DNS_SERVERS', '192.0.2.53:0'],
    ['HOSTWRIGHT_DNS_SERVERS', '192.0.2.53,'],
    ['HOSTWRIGHT_DNS_SERVERS', '[192.0.2.53]:53'],
    ['PUBLIC_URL', 'localhost:3000'],
  ])('refuses a wrong %s with one line that names it and not its value', (name, value) => {
    const attempt = () => read({ [name]: value });
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(new RegExp(`^${name} must .+$`));
    expect(attempt).not.toThrow(/hunter2|\n/);
  });

  it('refuses to start without a secret key', () => {
    expect(() => readConfig({}, '/srv/panel')).toThrow(/^SECRET_KEY must be set/);
    expect(() => readConfig({ SECRET_KEY: '  ' }, '/srv/panel')).toThrow(/^SECRET_KEY must be set/);
  });

  it('needs nothing else', () => {
    expect(read({})).toMatchObject({
      environment: 'production',
      port: 3000,
      publicUrl: 'http://127.0.0.1:3000',
      databaseUrl: undefined,
      dataDir: '/srv/panel/.hostwright',
      redisUrl: undefined,
      dnsServers: undefined,
      workerConcurrency: 200,
      leaseMs: 10_000,
      waitScale: 1,
    });
  });

  it('knows every mail there is; a link that somebody has just asked for is always sent', () => {
    expect(['new-link', ...mailsThatMayBeOff].sort()).toEqual([...customerMails, 'delivered'].sort());
    expect(read({ MAIL_OFF: 'welcome, suspended' }).mailOff).toEqual(['welcome', 'suspended']);
    expect(read({}).mailSilentSources).toEqual(['paymenter']);
    expect(read({ MAIL_SILENT_SOURCES: 'none' }).mailSilentSources).toEqual([]);
  });

  it('takes name servers with and without a port', () => {
    const text = '192.0.2.53, 192.0.2.54:5353,2001:db8::53,[2001:db8::54]:5353';
    expect(read({ HOSTWRIGHT_DNS_SERVERS: text }).dnsServers).toEqual([
      '192.0.2.53',
      '192.0.2.54:5353',
      '2001:db8::53',
      '[2001:db8::54]:5353',
    ]);
  });

  it('takes several secret keys, the first of which seals', () => {
    const old = Buffer.alloc(32, 8).toString('base64');
    expect(read({ SECRET_KEY: `2:${key},1:${old}` }).secretKeys.map(({ id }) => id)).toEqual(['2', '1']);
    expect(read({}).secretKeys[0].id).toBe('1');
  });

  it('signs log-ins with a key that is not the one that seals', () => {
    const { jwtKey, secretKeys } = read({});
    expect(jwtKey.equals(secretKeys[0].key)).toBe(false);
    expect(jwtKey.equals(read({}).jwtKey)).toBe(true);
  });

  it('shows no key when the settings are printed', () => {
    expect(JSON.stringify(read({}))).not.toContain(key);
  });
});

describe('configSecrets', () => {
  it('knows the keys and every password, as written and as meant', () => {
    const config = read({ DATABASE_URL: 'postgres://u:p%40ss-word@db/x', SMTP_URL: 'smtp://m:mail-pass@mx', REDIS_URL: 'redis://cache' });
    expect(configSecrets(config)).toEqual([key, 'p%40ss-word', 'p@ss-word', 'mail-pass']);
  });
});

describe('.env.example', () => {
  it('explains every variable, and no other', () => {
    const lines = readFileSync(join(__dirname, '../../../../.env.example'), 'utf8').split('\n');
    const named = lines.flatMap((line) => /^([A-Z_]+)=/.exec(line)?.[1] ?? []);
    expect([...named].sort()).toEqual(Object.keys(variables).sort());
  });

  it('holds the defaults, so copying it changes nothing', () => {
    const example = Object.fromEntries(
      readFileSync(join(__dirname, '../../../../.env.example'), 'utf8')
        .split('\n')
        .flatMap((line) => {
          const [, name, value] = /^([A-Z_]+)=(.*)$/.exec(line) ?? [];
          return name ? [[name, value ?? '']] : [];
        }),
    );
    const plain = JSON.parse(JSON.stringify(read({})));
    expect(JSON.parse(JSON.stringify(readConfig({ ...example, SECRET_KEY: key }, '/srv/panel')))).toEqual(plain);
  });
});
