import type { Json, JsonObject } from '@hostwright/sdk';
import type { SandboxAnswer, SandboxRequest, SandboxRoute } from '@hostwright/sdk-testing';
import { authenticate, demandBySchema, type Token, type Cluster, timings } from '../cluster/index.js';
import { PveRefusal, checkParameters, methodSchema } from '../api/index.js';

export interface PveCall {
  readonly token: Token;
  /** Every parameter, of path, query and body alike, checked; booleans are `0` and `1`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** One that the schema demands. */
  text(name: string): string;
}

/** A list with a count beside it. */
export class CountedList {
  constructor(
    readonly rows: readonly JsonObject[],
    readonly total: number,
  ) {}
}

export type PveHandler = (call: PveCall) => Json | CountedList;

/** One method of one path of the published schema, such as `/nodes/{node}/lxc`. */
export interface PveRoute {
  readonly method: string;
  readonly path: string;
  readonly handle: PveHandler;
}

const base = '/api2/json';

export function refusalAnswer(cluster: Cluster, refusal: PveRefusal): SandboxAnswer {
  const { status, errors, message } = refusal;
  const withMessage = cluster.withMessage && status !== 401 && !(status === 400 && message === 'Parameter verification failed.');
  const body = { ...(errors ? { errors } : {}), data: null, ...(withMessage ? { message: `${message}\n` } : {}) };
  return { status, statusText: message, ...(status === 401 || status === 595 ? { text: '' } : { json: body }) };
}

/** Who calls, before anything else. A refused log-in takes its time. */
export async function refuseStrangers(cluster: Cluster, request: SandboxRequest): Promise<SandboxAnswer | undefined> {
  try {
    authenticate(cluster.tokens, request.headers.authorization);
    return undefined;
  } catch (error) {
    if (!(error instanceof PveRefusal)) throw error;
    await cluster.clock.wait(timings.refusedLogIn);
    return refusalAnswer(cluster, error);
  }
}

/** A route of the kit: permission, parameters, handler, in the order of the original. */
export function pveRoute(cluster: Cluster, route: PveRoute): SandboxRoute {
  return {
    method: route.method,
    path: base + route.path.replace(/\{([^}]+)\}/g, ':$1'),
    latencyMs: timings.call,
    handle(request): SandboxAnswer {
      try {
        const schema = methodSchema(cluster.major, route.method, route.path);
        if (!schema) throw new PveRefusal(501, `Method '${route.method} ${route.path}' not implemented`);
        const token = authenticate(cluster.tokens, request.headers.authorization);
        const given = givenParameters(request);
        demandBySchema(token, schema.permission, given);
        const parameters = checkParameters(schema, given);
        const data = route.handle({ token, parameters, text: (name) => parameters[name] ?? '' });
        return { status: 200, json: data instanceof CountedList ? { data: data.rows, total: data.total } : { data } };
      } catch (error) {
        if (error instanceof PveRefusal) return refusalAnswer(cluster, error);
        throw error;
      }
    },
  };
}

function givenParameters(request: SandboxRequest): Record<string, unknown> {
  const body = typeof request.body === 'object' && request.body !== null && !Array.isArray(request.body) ? request.body : {};
  return { ...Object.fromEntries(request.query), ...body, ...request.params };
}
