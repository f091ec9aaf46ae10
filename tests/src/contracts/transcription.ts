import { pathNames, type JsonSchema } from './operation.js';

interface Transcribed {
  readonly operations?: Readonly<Record<string, { readonly path?: string; readonly quote?: string; readonly params?: JsonSchema }>>;
}

/**
 * What a schema that was written by hand says and its source does not: the quote that each operation rests on, word for word, and every
 * name of a field. Empty when all of it can be found there.
 */
export function unquoted(document: unknown, source: string): readonly string[] {
  const flat = spaced(source);
  const words = new Set(source.match(/[A-Za-z0-9_#.-]*[A-Za-z0-9_#]/g));
  const { operations = {} } = document as Transcribed;
  return Object.entries(operations).flatMap(([name, { path = '', quote, params = {} }]) => {
    if (quote === undefined) return [`what ${name} rests on: it has no quote`];
    const fields = [...fieldNames(params)].filter((field) => !pathNames(path).includes(field) && !words.has(field));
    return [...(flat.includes(spaced(quote)) ? [] : [`"${quote}"`]), ...fields.map((field) => `"${field}" (of ${name})`)];
  });
}

function spaced(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function* fieldNames({ properties = {}, anyOf = [], items }: JsonSchema): Generator<string> {
  for (const [name, schema] of Object.entries(properties)) {
    yield name;
    yield* fieldNames(schema);
  }
  for (const schema of [...anyOf, ...(items ? [items] : [])]) yield* fieldNames(schema);
}
