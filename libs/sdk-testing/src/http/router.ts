import type { SandboxRoute } from './exchange.js';

interface CompiledRoute {
  readonly route: SandboxRoute;
  readonly parts: readonly string[];
  readonly key: number;
}

export interface RouteMatch {
  readonly route: SandboxRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** Finds the route of a call. Of two that fit, the one that is literal where they first differ wins, whatever their order. */
export class Router {
  readonly #routes: readonly CompiledRoute[];

  constructor(routes: readonly SandboxRoute[]) {
    this.#routes = routes
      .map((route) => ({ route, parts: partsOf(route.path), key: patternKey(partsOf(route.path)) }))
      .sort((a, b) => a.key - b.key);
  }

  find(method: string, path: string): RouteMatch | undefined {
    const parts = partsOf(path);
    for (const { route, parts: pattern } of this.#routes) {
      if (route.method !== method || pattern.length !== parts.length) continue;
      const params = matchParts(pattern, parts);
      if (params) return { route, params };
    }
    return undefined;
  }

  /** True when the path exists with another method. */
  knowsPath(path: string): boolean {
    const parts = partsOf(path);
    return this.#routes.some(({ parts: pattern }) => pattern.length === parts.length && matchParts(pattern, parts) !== undefined);
  }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** Sorts a named part behind a literal one. Only patterns of one length are ever compared. */
function patternKey(parts: readonly string[]): number {
  return Number(parts.map((part) => (part.startsWith(':') ? '1' : '0')).join(''));
}

function matchParts(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const part = decoded(parts[index] ?? '');
    if (part === undefined) return undefined;
    if (expected.startsWith(':')) params[expected.slice(1)] = part;
    else if (expected !== part) return undefined;
  }
  return params;
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}
