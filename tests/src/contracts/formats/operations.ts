import { anything, closed, nothing, pathNames, type Contract, type Form, type JsonSchema, type Operation } from '../operation.js';

interface Described {
  readonly method: string;
  readonly path: string;
  /** Fields of the path, the query, the body and sometimes a header, together. */
  readonly params?: JsonSchema;
}

export interface OperationsDocument {
  readonly operations: Readonly<Record<string, Described>>;
}

/**
 * Requests as the types of a vendor's SDK describe them: all fields of a call in one schema. Which of them stand in the query and which
 * in the body it does not say, only that a GET has none in a body.
 */
export function readOperations({ operations }: OperationsDocument): Contract {
  return { operations: Object.values(operations).map(operationOf) };
}

function operationOf({ method, path: written, params = nothing }: Described): Operation {
  // Some are explained: `/accounts/{id}/subscriptions (or …)`.
  const path = written.split(' ')[0]!;
  const hasQueryInPath = path.includes('?');
  const forms = (params.anyOf ?? [params]).map((schema): Form => {
    const all = closed(withPathNames(path, schema));
    if (hasQueryInPath) return [{ places: ['path', 'body'], schema: all }];
    return [{ places: ['path', 'query', 'body'], schema: all }];
  });
  return { method, path, forms, ...(method === 'GET' ? { bodyTypes: [] } : {}) };
}

/** An SDK takes the last name of a path as an argument of its own. */
function withPathNames(path: string, schema: JsonSchema): JsonSchema {
  const names = Object.fromEntries(pathNames(path).map((name) => [name, anything]));
  return { ...schema, type: 'object', properties: { ...names, ...schema.properties } };
}
