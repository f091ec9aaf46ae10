/** Text that a database can keep: without zero bytes and halves of characters. */
export function storable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd');
}

/** The same for a value met while JSON is written: a string, or the names in an object. Its other parts are met by themselves. */
export function storableValue(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (Object.keys(value).every((name) => storable(name) === name)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [storable(name), one as unknown]));
}
