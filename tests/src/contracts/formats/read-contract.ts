import type { Contract } from '../operation.js';
import { readFunctions, type FunctionsDocument } from './functions.js';
import { readOpenApi, type OpenApiDocument } from './openapi.js';
import { readOperations, type OperationsDocument } from './operations.js';
import { readProxmox, type ProxmoxDocument } from './proxmox.js';

/** How each kind of contract is read, by the name that an extension's `contract.json` calls it. */
const readers = {
  proxmox: (document: unknown) => readProxmox(document as ProxmoxDocument),
  openapi: (document: unknown) => readOpenApi(document as OpenApiDocument),
  operations: (document: unknown) => readOperations(document as OperationsDocument),
  functions: (document: unknown) => readFunctions(document as FunctionsDocument),
} as const satisfies Record<string, (document: unknown) => Contract>;

export type ContractFormat = keyof typeof readers;

export const contractFormats = Object.keys(readers) as readonly ContractFormat[];

export function readContract(format: ContractFormat, document: unknown): Contract {
  return readers[format](document);
}
