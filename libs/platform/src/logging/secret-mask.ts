import { formsOf, shortestSecret } from './secret-forms.js';

/** What stands in a text where a secret stood. */
export const masked = '***';

const defaultMost = 10_000;

/**
 * Knows the secrets of this process by value and takes them out of texts, whatever put them there.
 * Holds a bounded number of them, forgetting those not added again for longest.
 */
export class SecretMask {
  /** Secret → its forms, oldest first. */
  private readonly secrets = new Map<string, ReadonlySet<string>>();
  /** Form → how many secrets have it. */
  private readonly counts = new Map<string, number>();
  /** First characters → forms that begin with them, longest first. */
  private readonly byStart = new Map<string, string[]>();
  /** Counts of forms by a hash of their first three characters: most places in a text are passed with one look. */
  private readonly starts = new Uint16Array(65_536);

  constructor(private readonly most = defaultMost) {}

  /** Number of secrets known. */
  get size(): number {
    return this.secrets.size;
  }

  /** From now on this value is masked. One shorter than 6 characters is not, because ordinary text would be hidden too: false. */
  add(secret: string): boolean {
    const known = this.secrets.get(secret);
    if (known) {
      this.secrets.delete(secret);
      this.secrets.set(secret, known);
      return true;
    }
    const forms = formsOf(secret);
    if (forms.size === 0) return false;
    this.secrets.set(secret, forms);
    for (const form of forms) this.addForm(form);
    while (this.secrets.size > this.most) this.remove(this.secrets.keys().next().value as string);
    return true;
  }

  /** The value is no secret any more. */
  remove(secret: string): void {
    const forms = this.secrets.get(secret);
    if (!forms) return;
    this.secrets.delete(secret);
    for (const form of forms) this.removeForm(form);
  }

  /** The text with `***` in place of every known secret, in any of its forms. */
  mask(text: string): string {
    if (this.secrets.size === 0 || text.length < shortestSecret) return text;
    let out = '';
    let copied = 0;
    let at = 0;
    const last = text.length - shortestSecret;
    while (at <= last) {
      const length = this.starts[hashAt(text, at)] === 0 ? 0 : this.lengthAt(text, at);
      if (length === 0) {
        at += 1;
        continue;
      }
      out += text.slice(copied, at) + masked;
      at += length;
      copied = at;
    }
    return copied === 0 ? text : out + text.slice(copied);
  }

  /** Length of the longest form that stands at this place; 0 without one. */
  private lengthAt(text: string, at: number): number {
    const forms = this.byStart.get(text.slice(at, at + shortestSecret));
    return forms?.find((form) => text.startsWith(form, at))?.length ?? 0;
  }

  private addForm(form: string): void {
    const count = this.counts.get(form) ?? 0;
    this.counts.set(form, count + 1);
    if (count > 0) return;
    const start = form.slice(0, shortestSecret);
    const forms = this.byStart.get(start) ?? [];
    forms.push(form);
    forms.sort((a, b) => b.length - a.length);
    this.byStart.set(start, forms);
    const hash = hashAt(form, 0);
    // Stays at its top once there: a place is then looked at in vain, never passed over.
    if (this.starts[hash]! < 65_535) this.starts[hash]! += 1;
  }

  private removeForm(form: string): void {
    const count = this.counts.get(form) ?? 0;
    if (count > 1) {
      this.counts.set(form, count - 1);
      return;
    }
    this.counts.delete(form);
    const start = form.slice(0, shortestSecret);
    const forms = (this.byStart.get(start) ?? []).filter((other) => other !== form);
    if (forms.length > 0) this.byStart.set(start, forms);
    else this.byStart.delete(start);
    const hash = hashAt(form, 0);
    if (this.starts[hash]! < 65_535) this.starts[hash]! -= 1;
  }
}

function hashAt(text: string, at: number): number {
  return (text.charCodeAt(at) * 961 + text.charCodeAt(at + 1) * 31 + text.charCodeAt(at + 2)) & 0xffff;
}
