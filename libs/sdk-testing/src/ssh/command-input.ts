export type CommandInput =
  { readonly state: 'read'; readonly values: Readonly<Record<string, string>> } | { readonly state: 'broken'; readonly reason: string };

/** Reads what `ctx.ssh.run` sends: a line per value, its name, a space and the value in base64; then an empty line. */
export function readCommandInput(text: string): CommandInput {
  const values: Record<string, string> = {};
  const lines = text.split('\n');
  for (const line of lines.slice(0, -1)) {
    if (line === '') return { state: 'read', values };
    const [name, encoded, ...rest] = line.split(' ');
    if (!name || encoded === undefined || rest.length > 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(encoded))
      return { state: 'broken', reason: 'a value is not base64' };
    if (Object.hasOwn(values, name)) return { state: 'broken', reason: 'a value comes twice' };
    values[name] = Buffer.from(encoded, 'base64').toString('utf8');
  }
  return { state: 'broken', reason: 'the values were cut short' };
}
