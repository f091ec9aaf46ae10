/** The same value with every `$ref` of the document put in its place. Throws an `Error` naming one that leads nowhere, or into itself. */
export function resolveReferences(value: unknown, document: unknown, within: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolveReferences(entry, document, within));
  if (typeof value !== 'object' || value === null) return value;
  const reference = (value as { $ref?: unknown }).$ref;
  if (typeof reference === 'string') {
    if (within.includes(reference)) throw new Error(`${reference} leads into itself`);
    return resolveReferences(find(reference, document), document, [...within, reference]);
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, resolveReferences(entry, document, within)]));
}

function find(reference: string, document: unknown): unknown {
  if (!reference.startsWith('#/')) throw new Error(`${reference} leads out of the document`);
  let found = document;
  for (const part of reference.slice(2).split('/')) {
    const name = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
    found = typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[name] : undefined;
  }
  if (found === undefined) throw new Error(`${reference} leads nowhere`);
  return found;
}
