import type { Operation } from './operation.js';

export interface FoundOperation {
  readonly operation: Operation;
  /** What stands in the request's path where the contract has names. */
  readonly pathValues: Readonly<Record<string, string>>;
}

/** The operation of that method and path, below the base; where several fit, the one that says most of the path itself. */
export function findOperation(operations: readonly Operation[], method: string, path: string, query: string): FoundOperation | undefined {
  return operations
    .filter((operation) => operation.method === undefined || operation.method === method)
    .flatMap((operation) => {
      const match = patternOf(operation.path).exec(operation.path.includes('?') ? `${path}?${query}` : path);
      return match ? [{ operation, pathValues: decoded(match.groups ?? {}, operation.path) }] : [];
    })
    .sort((one, other) => Object.keys(one.pathValues).length - Object.keys(other.pathValues).length)[0];
}

const patterns = new Map<string, RegExp>();

function patternOf(path: string): RegExp {
  const known = patterns.get(path);
  if (known) return known;
  // Names may hold what no group's name can, so groups are numbered.
  let count = 0;
  const source = path.replace(/\{[^}]+\}|[^{]+/g, (part) =>
    part.startsWith('{') ? `(?<n${count++}>[^/?]+)` : part.replace(/[.*+?^$()|[\]\\]/g, '\\$&'),
  );
  const pattern = new RegExp(`^${source}$`);
  patterns.set(path, pattern);
  return pattern;
}

function decoded(groups: Readonly<Record<string, string>>, path: string): Record<string, string> {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
  return Object.fromEntries(names.map((name, index) => [name, decode(groups[`n${index}`]!)]));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
