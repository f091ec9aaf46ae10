import { PanelError, type CodeReservation, type JsonObject, type Reservations } from '@hostwright/sdk';

const reservedLabels = new Set([
  'www',
  'mail',
  'smtp',
  'imap',
  'pop',
  'ftp',
  'ns',
  'ns1',
  'ns2',
  'admin',
  'api',
  'panel',
  'root',
  'webmail',
  'autodiscover',
  'autoconfig',
  'localhost',
]);
const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
const letters = 'abcdefghijklmnopqrstuvwxyz';
/** How many characters of a login name are random. */
const randomEnd = 4;
const secretAlphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';

/** The DNS label a text gives: what stands before an `@`, in lower case, letters, digits and inner hyphens only, at most 40 characters. */
export function labelOf(text: string): string {
  const local = text.split('@')[0] ?? '';
  const plain = local
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '')
    .replace(/-+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return plain === '' ? 'site' : plain;
}

/** What is tried in turn for a label: itself unless it is a name that hosts need for themselves, then with random suffixes. */
export function* labelCandidates(text: string, randomInteger: (below: number) => number): Generator<string> {
  const base = labelOf(text);
  if (!reservedLabels.has(base)) yield base;
  for (let tries = 0; tries < 20; tries += 1) yield `${base}-${pick(alphabet, 4, randomInteger)}`;
}

/**
 * What is tried in turn for a login name of that length: letters and digits that the text has before its first dot or `@`, then four
 * random ones. The first is a letter, and none begins with `test`, which no hosting panel takes.
 */
export function* usernameCandidates(text: string, length: number, randomInteger: (below: number) => number): Generator<string> {
  const plain = (text.split(/[@.]/)[0] ?? '').toLowerCase().replace(/[^a-z0-9]+/g, '');
  const begin = plain.replace(/^(?:\d|test)+/, '').slice(0, length - randomEnd);
  for (let tries = 0; tries < 20; tries += 1) {
    const more = Math.max(length - randomEnd - begin.length, 0);
    const filled = begin + pick(letters, more, randomInteger);
    const candidate = filled + pick(alphabet, randomEnd, randomInteger);
    if (!candidate.startsWith('test')) yield candidate;
  }
}

export function randomSecret(length: number, randomInteger: (below: number) => number): string {
  return pick(secretAlphabet, length, randomInteger);
}

export function randomCode({ prefix, length, alphabet }: CodeReservation, randomInteger: (below: number) => number): string {
  return prefix + pick(alphabet, length, randomInteger);
}

function pick(from: string, length: number, randomInteger: (below: number) => number): string {
  return Array.from({ length }, () => from[randomInteger(from.length)]).join('');
}

/** Both bounds of `900-999`. Throws `invalid_config`. */
export function integerRange(field: string, value: unknown): readonly [number, number] {
  const match = typeof value === 'string' ? /^(\d{1,15})-(\d{1,15})$/.exec(value) : null;
  const from = Number(match?.[1]);
  const to = Number(match?.[2]);
  if (!match || from > to) throw new PanelError('invalid_config', `the server's '${field}' is not a range such as 900-999`, { field });
  return [from, to];
}

/** Both bounds of `192.0.2.10-192.0.2.99` as numbers. Throws `invalid_config`. */
export function ipv4Range(field: string, value: unknown): readonly [number, number] {
  const [first, last] = typeof value === 'string' ? value.split('-') : [];
  const from = ipv4ToNumber(first ?? '');
  const to = ipv4ToNumber(last ?? '');
  if (from === undefined || to === undefined || from > to) {
    throw new PanelError('invalid_config', `the server's '${field}' is not a range such as 192.0.2.10-192.0.2.99`, { field });
  }
  return [from, to];
}

/** Undefined for what is no address. */
export function ipv4ToNumber(text: string): number | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text.trim());
  const parts = match?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

export function numberToIpv4(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** Thrown out of a module's rule for a reservation. */
class WireRead extends Error {
  constructor(readonly field: string) {
    super(`it looks at '${field}'`);
  }
}

/**
 * The values without those that are wired: a reservation is taken with the job, when they are not there yet, so none may look at one.
 * Throws `WireRead` out of who does. `standIn`: what is not there otherwise.
 */
function withoutWires(values: JsonObject, wired: ReadonlySet<string>, standIn?: string): JsonObject {
  return new Proxy(values, {
    get(target, name) {
      if (typeof name === 'string' && wired.has(name)) throw new WireRead(name);
      const value: unknown = Reflect.get(target, name);
      return value === undefined && typeof name === 'string' ? standIn : value;
    },
  });
}

/** What a component's reservations look at. One that looks at a wired field throws `WireRead`, which is a bug: products are checked for it. */
export function reservationInput(values: JsonObject, wired: ReadonlySet<string>): JsonObject {
  return wired.size === 0 ? values : withoutWires(values, wired);
}

/** Refuses reservations that depend on a wired field. Throws `invalid_input`, naming the field. */
export function refuseReservationsOnWires(reserve: Reservations, settings: JsonObject, wired: ReadonlySet<string>, path: string): void {
  const nothing = {
    server: withoutWires({}, new Set(), 'x'),
    order: withoutWires({}, wired, 'x'),
    product: withoutWires(settings, wired, 'x'),
  };
  for (const [name, reservation] of Object.entries(reserve)) {
    if (reservation.kind !== 'label') continue;
    for (const rule of [reservation.from, reservation.within]) {
      try {
        rule(nothing);
      } catch (error) {
        // Another failure comes of there being no order yet, and says nothing.
        if (!(error instanceof WireRead)) continue;
        const field = `${path}.inputs.${error.field}`;
        throw new PanelError('invalid_input', `${field}: '${name}' is reserved with the order and depends on it, so it cannot be wired`, {
          field,
        });
      }
    }
  }
}
