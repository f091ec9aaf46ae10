import type { Contract } from '../operation.js';
import { readApidoc, type ApidocDocument } from './apidoc.js';
import { readFunctions, type FunctionsDocument } from './functions.js';
import { readOpenApi, type OpenApiDocument } from './openapi.js';
import { readOperations, type OperationsDocument } from './operations.js';

/** How each kind of contract is read, by the name that an extension's `contract.json` calls it. */
const readers = {
  apidoc: (document) => readApidoc(document as ApidocDocument),
  openapi: (document) => readOpenApi(document as OpenApiDocument),
  operations: (document) => readOperations(document as OperationsDocument),
  functions: (document, always) => readFunctions(document as FunctionsDocument, always),
} as const satisfies Record<string, (document: unknown, always: Readonly<Record<string, string>>) => Contract>;

export type ContractFormat = keyof typeof readers;

export const contractFormats = Object.keys(readers) as readonly ContractFormat[];

export function readContract(format: ContractFormat, document: unknown, always: Readonly<Record<string, string>>): Contract {
  return readers[format](document, always);
}
