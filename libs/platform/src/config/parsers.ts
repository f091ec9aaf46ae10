import { isAbsolute, resolve } from 'node:path';
import { createSecretKey, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

/** What is wrong with one variable. The value itself is never in it: it may be a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(
    readonly variable: string,
    rule: string,
  ) {
    super(`${variable} ${rule}`);
  }
}

/** A key that seals secrets, and the name it has in what it sealed. */
export interface SecretKey {
  readonly id: string;
  readonly key: KeyObject;
}

/** Turns the text of a variable into its value, or answers the rule it breaks, as the end of a sentence. */
export type Parser<T> = (text: string, cwd: string) => T | { readonly broken: string };

const broken = (rule: string) => ({ broken: rule });

export function oneOf<const T extends string>(...values: readonly T[]): Parser<T> {
  return (text) => values.find((value) => value === text) ?? broken(`must be one of ${values.join(', ')}`);
}

/** Some of them, separated by commas. */
export function someOf<const T extends string>(...values: readonly T[]): Parser<readonly T[]> {
  return (text) => {
    const list = text.split(',').map((one) => values.find((value) => value === one.trim()));
    return list.every((one) => one !== undefined) ? list : broken(`must hold some of ${values.join(', ')}, separated by commas`);
  };
}

/** Short names that programs use, separated by commas; `none` for none. */
export const codes: Parser<readonly string[]> = (text) => {
  const list = text === 'none' ? [] : text.split(',').map((one) => one.trim());
  return list.every((one) => /^[a-z0-9][a-z0-9_-]{0,62}$/.test(one))
    ? list
    : broken('must be names of lower-case letters, digits, - or _ separated by commas, or none');
};

export function wholeNumber(min: number, max: number): Parser<number> {
  return (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : broken(`must be a whole number from ${min} to ${max}`);
  };
}

export function decimal(min: number, max: number): Parser<number> {
  return (text) => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    return value >= min && value <= max ? value : broken(`must be a number from ${min} to ${max}`);
  };
}

export function url(...protocols: readonly string[]): Parser<string> {
  return (text) => {
    const names = protocols.map((name) => `${name}://`).join(' or ');
    if (!URL.canParse(text)) return broken(`must be a URL that begins with ${names}`);
    const { protocol, hostname } = new URL(text);
    if (!protocols.includes(protocol.slice(0, -1)) || !hostname) return broken(`must be a URL that begins with ${names} and names a host`);
    return text;
  };
}

export const path: Parser<string> = (text, cwd) =>
  text.includes('\0') ? broken('must be a path') : isAbsolute(text) ? text : resolve(cwd, text);

export const host: Parser<string> = (text) =>
  /^[A-Za-z0-9.:_-]{1,255}$/.test(text) ? text : broken('must be an address or a host name, without a port or a scheme');

const address = /^[^\s@<>",;]{1,64}@[^\s@<>",;]{1,255}$/;

export const email: Parser<string> = (text) => (address.test(text) ? text : broken('must be an e-mail address'));

/** `a@b.example` or `Name <a@b.example>`. */
export const mailbox: Parser<string> = (text) => {
  const named = /^[^<>\r\n]{0,100}<([^<>]+)>$/.exec(text);
  return address.test(named?.[1] ?? text) ? text : broken('must be an e-mail address, or a name followed by one in <>');
};

/** `id:base64` pairs separated by commas, the one that seals first. A key without an id has the id `1`. */
export const secretKeys: Parser<readonly SecretKey[]> = (text) => {
  const keys: SecretKey[] = [];
  for (const part of text.split(',').map((piece) => piece.trim())) {
    const [, id = '1', encoded = ''] = /^(?:([A-Za-z0-9_-]{1,20}):)?([A-Za-z0-9+/_-]{43}=?)$/.exec(part) ?? [];
    const bytes = Buffer.from(encoded, 'base64');
    if (bytes.length !== 32)
      return broken('must be 32 bytes in base64, such as `openssl rand -base64 32` prints, or id:base64 pairs separated by commas');
    if (keys.some((key) => key.id === id)) return broken('must give each of its keys an id of its own');
    keys.push({ id, key: createSecretKey(bytes) });
  }
  return keys;
};

/** Addresses and networks, `10.0.0.0/8`, separated by commas. */
export const addresses: Parser<readonly string[]> = (text) => {
  const list = text.split(',').map((one) => one.trim());
  const right = list.every((one) => {
    const [ip = '', bits, more] = one.split('/');
    const version = isIP(ip);
    return (
      version !== 0 && more === undefined && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)))
    );
  });
  return right ? list : broken('must be addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8');
};

/** Addresses of name servers separated by commas, each with or without a port: `192.0.2.53`, `192.0.2.53:5353`, `[2001:db8::53]:5353`. */
export const nameServers: Parser<readonly string[]> = (text) => {
  const list = text.split(',').map((one) => one.trim());
  const right = list.every((one) => {
    const [, v6, v4, port] = /^(?:\[([^\]]+)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(one) ?? [];
    if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) return false;
    return isIP(one) !== 0 || (v6 !== undefined && isIP(v6) === 6) || (v4 !== undefined && isIP(v4) === 4);
  });
  return right ? list : broken('must be addresses of name servers separated by commas, such as 192.0.2.53 or [2001:db8::53]:5353');
};
