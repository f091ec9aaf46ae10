import { type Operation, type Part } from './operation.js';
import type { RecordedRequest } from './recording.js';
import type { Problem, SchemaJudge } from './schema-judge.js';
import { collect, typed, type TextValue } from './text-values.js';

type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'form'; readonly pairs: readonly (readonly [string, string])[] }
  /** Its content was not recorded, as of a file. */
  | { readonly kind: 'unread' };

/** What is wrong with the request, by the form of the operation that it comes nearest to; nothing when it fits one. */
export function checkRequest(
  operation: Operation,
  pathValues: Readonly<Record<string, string>>,
  request: RecordedRequest,
  judge: SchemaJudge,
): readonly Problem[] {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  const refused = refusedBody(operation, request, type);
  if (refused) return [refused];
  let body: Body;
  try {
    body = readBody(request, type);
  } catch {
    return [{ field: 'body', what: 'is not the JSON that it is said to be' }];
  }
  let nearest: readonly Problem[] | undefined;
  for (const form of operation.forms) {
    const problems = form.flatMap((part) => partProblems(part, operation, pathValues, request, body, judge));
    if (problems.length === 0) return [];
    if (nearest === undefined || problems.length < nearest.length) nearest = problems;
  }
  return nearest ?? [];
}

function refusedBody({ bodyTypes, isBodyRequired }: Operation, { body }: RecordedRequest, type: string): Problem | undefined {
  if (body === undefined || body === '') return isBodyRequired ? { field: 'body', what: 'is missing' } : undefined;
  if (bodyTypes === undefined) {
    return /^(application\/(json|x-www-form-urlencoded)|.*\+json)$/.test(type)
      ? undefined
      : { field: 'content-type', what: `must be JSON or a form, not "${type}"` };
  }
  if (bodyTypes.length === 0) return { field: 'body', what: 'must not be there' };
  return bodyTypes.includes(type) ? undefined : { field: 'content-type', what: `must be ${bodyTypes.join(' or ')}, not "${type}"` };
}

function readBody({ body, isBodyCut }: RecordedRequest, type: string): Body {
  if (body === undefined || body === '') return { kind: 'none' };
  if (isBodyCut) return { kind: 'unread' };
  if (type === 'application/x-www-form-urlencoded') return { kind: 'form', pairs: [...new URLSearchParams(body)] };
  if (type === 'application/json' || type.endsWith('+json')) return { kind: 'json', value: JSON.parse(body) };
  return { kind: 'unread' };
}

function partProblems(
  { places, schema }: Part,
  operation: Operation,
  pathValues: Readonly<Record<string, string>>,
  request: RecordedRequest,
  body: Body,
  judge: SchemaJudge,
): readonly Problem[] {
  if (places.includes('body') && body.kind === 'unread') return [];
  if (places.length === 1 && places[0] === 'body') {
    if (body.kind === 'none') return [];
    return judge.problems(schema, body.kind === 'json' ? body.value : typedObject(collect(pairsOf(body), schema), schema));
  }
  const isQueryTheName = operation.path.includes('?');
  const pairs = [
    ...(places.includes('path') ? Object.entries(pathValues) : []),
    ...(places.includes('query') && !isQueryTheName ? new URLSearchParams(request.query) : []),
    ...(places.includes('header') ? Object.entries(request.headers) : []),
    ...(places.includes('body') ? pairsOf(body) : []),
  ];
  const texts = typedObject(collect(pairs, schema), schema);
  if (!places.includes('body') || body.kind !== 'json') return judge.problems(schema, texts);
  if (typeof body.value !== 'object' || body.value === null || Array.isArray(body.value))
    return [{ field: 'body', what: 'must be an object' }];
  return judge.problems(schema, { ...texts, ...body.value });
}

function pairsOf(body: Body): readonly (readonly [string, string])[] {
  return body.kind === 'form' ? body.pairs : [];
}

function typedObject(values: Readonly<Record<string, TextValue>>, schema: Part['schema']): Record<string, unknown> {
  const schemaOf = (name: string) =>
    schema.properties?.[name] ??
    Object.entries(schema.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(name))?.[1] ??
    {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typed(value, schemaOf(name))]));
}
