import { parameterNames, unpack } from './carried.js';
import { checkRequest } from './check-request.js';
import type { Addition, ExtensionContract, LoadedSchema } from './extension-contract.js';
import { findOperation, type FoundOperation } from './find-operations.js';
import { anything, nameOf, nothing, type Operation } from './operation.js';
import type { RecordedRequest, SentRequest } from './recording.js';
import type { Problem } from './schema-judge.js';

/** Something that requests of one operation do wrong. */
export interface Failure {
  readonly operation: string;
  readonly problem: string;
  /** Requests that do it, repetitions included. */
  times: number;
  /** Test that sent the first of them. */
  readonly seenIn: string;
}

export interface ExtensionVerdict {
  readonly requests: number;
  readonly different: number;
  readonly operations: ReadonlySet<string>;
  readonly failures: readonly Failure[];
  /** How many requests needed each addition. */
  readonly excused: ReadonlyMap<Addition, number>;
  readonly uncheckedFormats: ReadonlySet<string>;
}

interface Judged {
  readonly operation: string;
  readonly problems: readonly Problem[];
  readonly additions: readonly Addition[];
}

/** Checks every request of one extension. One is fine when one of the schemas takes it, as of the releases of a provider. */
export function checkExtension(requests: readonly SentRequest[], { schemas, additions }: ExtensionContract): ExtensionVerdict {
  const operations = new Set<string>();
  const failures = new Map<string, Failure>();
  const excused = new Map<Addition, number>(additions.map((addition) => [addition, 0]));
  for (const request of requests) {
    const judged = judge(request, schemas, additions);
    operations.add(judged.operation);
    for (const addition of judged.additions) excused.set(addition, excused.get(addition)! + request.times);
    for (const { field, what } of judged.problems) {
      const problem = field === '' ? what : `"${field}" ${what}`;
      const key = `${judged.operation} ${problem}`;
      const before = failures.get(key);
      if (before) before.times += request.times;
      else failures.set(key, { operation: judged.operation, problem, times: request.times, seenIn: request.seenIn });
    }
  }
  return {
    requests: requests.reduce((sum, { times }) => sum + times, 0),
    different: requests.length,
    operations,
    failures: [...failures.values()],
    excused,
    uncheckedFormats: new Set(schemas.flatMap((schema) => [...schema.judge.uncheckedFormats])),
  };
}

function judge(request: RecordedRequest, schemas: readonly LoadedSchema[], additions: readonly Addition[]): Judged {
  const carrying = schemas.find(({ within, base }) => within !== undefined && base === request.path);
  if (carrying?.within === undefined) return judgeOne(request, schemas, additions);
  const others = schemas.filter(({ within }) => within === undefined);
  const found = others.flatMap((schema) => findIn(schema, request) ?? []);
  const names = new Set(found.flatMap(({ operation }) => [...parameterNames(operation)]));
  const { carrier, carried } = unpack(request, carrying.within, names);
  const [outer, inner] = [judgeOne(carrier, others, additions), judgeOne(carried, [carrying], additions)];
  return {
    operation: inner.operation,
    problems: [...outer.problems, ...inner.problems],
    additions: [...outer.additions, ...inner.additions],
  };
}

/** The verdict of the schema that has least against the request. */
function judgeOne(request: RecordedRequest, schemas: readonly LoadedSchema[], additions: readonly Addition[]): Judged {
  const verdicts = schemas.flatMap((schema): Judged[] => {
    const found = findIn(schema, request);
    return found ? [withoutAdded(found, checkRequest(found.operation, found.pathValues, request, schema.judge), additions)] : [];
  });
  const [best] = verdicts.sort((one, other) => one.problems.length - other.problems.length);
  return best ?? judgeUnknown(request, schemas, additions);
}

function findIn({ base, operations }: LoadedSchema, { method, path: whole, query }: RecordedRequest): FoundOperation | undefined {
  const path = below(base, whole);
  return path === undefined ? undefined : findOperation(operations, method, path, query);
}

function judgeUnknown(request: RecordedRequest, schemas: readonly LoadedSchema[], additions: readonly Addition[]): Judged {
  const whole = additions.filter(({ field }) => field === undefined);
  const paths: string[] = [];
  for (const { base, judge: schemaJudge } of schemas) {
    const path = below(base, request.path);
    if (path === undefined) continue;
    paths.push(path);
    for (const addition of whole) {
      const fields = additions.filter(({ field, request: of }) => field !== undefined && sameShape(of, addition.request));
      const found = findOperation([operationOf(addition, fields)], request.method, path, request.query);
      if (!found) continue;
      const problems = checkRequest(found.operation, found.pathValues, request, schemaJudge);
      return { operation: addition.request, problems, additions: [addition, ...fields] };
    }
  }
  const files = schemas.map(({ file }) => file).join(', ');
  const bases = [...new Set(schemas.map(({ base }) => base))].join(' or ');
  const what = paths.length === 0 ? `does not begin with ${bases}` : `is no operation of ${files}`;
  return { operation: `${request.method} ${paths[0] ?? request.path}`, problems: [{ field: '', what }], additions: [] };
}

function withoutAdded({ operation }: FoundOperation, problems: readonly Problem[], additions: readonly Addition[]): Judged {
  // Of what any method calls, the path alone tells.
  const named = (request: string) => (operation.method === undefined ? request.replace(/^\S+/, 'any method') : request);
  const own = additions.filter(({ request }) => sameShape(named(request), nameOf(operation)));
  const used = own.filter(({ field }) => problems.some((problem) => problem.field === field));
  return {
    operation: nameOf(operation),
    problems: problems.filter((problem) => !used.some(({ field }) => field === problem.field)),
    additions: used,
  };
}

/** Nobody says what parameters it has, so it has those that additions name. */
function operationOf({ request }: Addition, fields: readonly Addition[]): Operation {
  const [method, path = ''] = request.split(' ');
  const properties = Object.fromEntries(fields.map(({ field = '' }) => [field, anything]));
  const forms: Operation['forms'] = [[{ places: ['query', 'body'], schema: { ...nothing, properties } }]];
  return { method, path, forms, ...(fields.length === 0 ? { bodyTypes: [] } : {}) };
}

/** What a part of a path is called makes no difference. */
function sameShape(one: string, other: string): boolean {
  return one.replaceAll(/\{[^}]+\}/g, '{}') === other.replaceAll(/\{[^}]+\}/g, '{}');
}

function below(base: string, path: string): string | undefined {
  if (base === '') return path;
  return path.startsWith(`${base}/`) ? path.slice(base.length) : undefined;
}
