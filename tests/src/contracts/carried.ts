import { nothing, type Operation } from './operation.js';
import type { RecordedRequest } from './recording.js';

/** A call that travels within another one, and the one that carries it. */
export interface Unpacked {
  readonly carrier: RecordedRequest;
  /** Its path is the names of the call, below the path of the carrier. */
  readonly carried: RecordedRequest;
}

/**
 * Takes a request to pieces. Of its query, what the carrier has a name for is the carrier's, and everything else is the carried call's, as
 * is the whole body. `within`: the carrier's parameters that say which call it is, one for each part of its path.
 */
export function unpack(request: RecordedRequest, within: readonly string[], ofCarrier: ReadonlySet<string>): Unpacked {
  const pairs = [...new URLSearchParams(request.query)];
  const parts = within.map((name) => encodeURIComponent(pairs.find(([one]) => one === name)?.[1] ?? ''));
  const query = (isCarriers: boolean) => new URLSearchParams(pairs.filter(([name]) => ofCarrier.has(name) === isCarriers)).toString();
  return {
    carrier: { ...request, query: query(true), body: undefined },
    carried: { ...request, path: [request.path, ...parts].join('/'), query: query(false) },
  };
}

/** How a call may be made within another one: by the carrier's method, its parameters in the query or in a form. */
export function asCarried({ path, forms }: Operation): Operation {
  return {
    method: undefined,
    path,
    forms: forms.map((form) => {
      const schema = form.find(({ places }) => places.includes('query'))?.schema ?? nothing;
      return [{ places: ['query', 'body'], schema }];
    }),
  };
}

/** Names of what an operation may be given. */
export function parameterNames({ forms }: Operation): ReadonlySet<string> {
  return new Set(forms.flatMap((form) => form.flatMap(({ schema }) => Object.keys(schema.properties ?? {}))));
}
