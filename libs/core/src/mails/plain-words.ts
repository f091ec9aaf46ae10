import type { Fields, Json, JsonObject } from '@hostwright/sdk';

/** One line of what a mail tells of a service. */
export interface MailFact {
  readonly label: string;
  readonly value: string;
}

const longestValue = 300;
const longestName = 60;

/** A text on one line, without characters that steer a terminal, a mail's header or the direction of what follows. */
export function oneLine(text: string): string {
  return text
    .replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, longestValue);
}

/**
 * How somebody may be addressed by name; empty when what they gave as their name does not look like one. Mails go to addresses that nobody
 * has confirmed yet, so a name must not carry a link or a message to strangers.
 */
export function nameToGreet(name: string): string {
  const line = oneLine(name);
  return line.length <= longestName && /^\p{L}[\p{L}\p{M}\p{N} ',&()-]*(\.( [\p{L}\p{M}\p{N} ',&()-]*|$))*$/u.test(line) ? line : '';
}

/** False for addresses that lead nowhere by design (RFC 2606, `.invalid`): whoever has one is looked after by somebody else. */
export function isMailable(email: string): boolean {
  return /^[^\s@<>",;:]+@[^\s@<>",;:]+$/.test(email) && !/[@.]invalid\.?$/i.test(email);
}

/** What was declared of a component, and what create left on it. */
export interface LeftByComponent {
  readonly name: string;
  readonly fields: Fields;
  readonly properties: JsonObject;
}

/** What customers are told of all components of a service: a line that several have comes once, and where they mean different things by a label each is named. */
export function factsOfAll(components: readonly LeftByComponent[]): readonly MailFact[] {
  const all = components.flatMap(({ name, fields, properties }) => factsFor(fields, properties).map((fact) => ({ ...fact, name })));
  const lines = all.filter((one, index) => all.findIndex(({ label, value }) => label === one.label && value === one.value) === index);
  return lines.map(({ label, value, name }) => ({
    label: lines.some((other) => other.label === label && other.name !== name) ? `${label} (${name})` : label,
    value,
  }));
}

/**
 * What was declared for customers of what create left on a component: words and numbers, and never a secret, whatever it is marked as. What has
 * several lines, such as a certificate, stands in the panel.
 */
export function factsFor(fields: Fields, properties: JsonObject): readonly MailFact[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    if (field.shownTo !== 'customer' || field.type === 'secret' || field.type === 'multiline') return [];
    const value = wordsOf(properties[name]);
    return value === '' ? [] : [{ label: oneLine(field.label), value }];
  });
}

/** Anything but plain values, such as a secret in its envelope, has no words. */
function wordsOf(value: Json | undefined): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return typeof value === 'string' || typeof value === 'number' ? oneLine(String(value)) : '';
}
