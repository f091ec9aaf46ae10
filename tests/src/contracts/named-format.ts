/** What a format demands that is named in a contract and described elsewhere: the whole text, or each item of a list in it, fits. */
export interface NamedFormat {
  readonly pattern?: string;
  /** Items stand apart by a comma, a semicolon or space. */
  readonly itemPattern?: string;
}

export function formatCheck({ pattern, itemPattern }: NamedFormat): (value: string) => boolean {
  const whole = new RegExp(`^(?:${pattern ?? itemPattern ?? '.*'})$`);
  if (pattern !== undefined) return (value) => whole.test(value);
  return (value) =>
    value
      .split(/[,;\s\0]+/)
      .filter((item) => item !== '')
      .every((item) => whole.test(item));
}
