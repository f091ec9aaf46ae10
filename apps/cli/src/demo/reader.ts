import type { JsonObject } from '@hostwright/sdk';

/** Reads an object of a JSON file; what does not fit is a `TypeError` that names the entry. */
export class Reader {
  private readonly read = new Set<string>();

  private constructor(
    private readonly object: Readonly<Record<string, unknown>>,
    private readonly at: string,
  ) {}

  static of(value: unknown, at: string): Reader {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new TypeError(`${at === '' ? 'the file' : at} must be an object`);
    return new Reader(value as Readonly<Record<string, unknown>>, at);
  }

  static text(value: unknown, at: string): string {
    if (typeof value !== 'string' || value === '' || value.length > 1_000) throw new TypeError(`${at} must be a text`);
    return value;
  }

  text(name: string): string {
    return Reader.text(this.take(name), this.path(name));
  }

  optionalText(name: string): string | undefined {
    return this.take(name) === undefined ? undefined : this.text(name);
  }

  number(name: string, min: number, max: number): number {
    const value = this.take(name);
    if (typeof value !== 'number' || !(value >= min && value <= max))
      throw new TypeError(`${this.path(name)} must be a number from ${min} to ${max}`);
    return value;
  }

  part(name: string): Reader {
    return Reader.of(this.take(name), this.path(name));
  }

  optionalPart(name: string): Reader | undefined {
    return this.take(name) === undefined ? undefined : this.part(name);
  }

  list<T>(name: string, entry: (value: unknown, at: string) => T): T[] {
    const value = this.take(name);
    if (!Array.isArray(value) || value.length === 0) throw new TypeError(`${this.path(name)} must be a list with something in it`);
    return value.map((one, index) => entry(one, `${this.path(name)}.${index}`));
  }

  /** The object as it is. */
  values(): JsonObject {
    return this.object as JsonObject;
  }

  /** Refuses what nobody has read. */
  done(...ignored: readonly string[]): void {
    const stray = Object.keys(this.object).find((name) => !this.read.has(name) && !ignored.includes(name));
    if (stray !== undefined) throw new TypeError(`${this.path(stray)} is not known here`);
  }

  private take(name: string): unknown {
    this.read.add(name);
    return Object.hasOwn(this.object, name) ? this.object[name] : undefined;
  }

  private path(name: string): string {
    return this.at === '' ? name : `${this.at}.${name}`;
  }
}
