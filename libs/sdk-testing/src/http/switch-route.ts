import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxRoute } from './exchange.js';

/** A switch of a sandbox's control API: `PUT` with a JSON object, answered with `{}`. */
export function switchRoute(path: string, apply: (value: JsonObject) => unknown): SandboxRoute {
  return {
    method: 'PUT',
    path,
    handle: ({ body }) => {
      apply((body ?? {}) as JsonObject);
      return json(200, {});
    },
  };
}
