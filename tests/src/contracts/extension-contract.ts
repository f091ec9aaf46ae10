import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { asCarried } from './carried.js';
import { contractFormats, readContract, type ContractFormat } from './formats/index.js';
import type { NamedFormat } from './named-format.js';
import type { Contract, JsonSchema } from './operation.js';
import { SchemaJudge } from './schema-judge.js';
import { unquoted } from './transcription.js';

/** One file of a contract, as an extension names it. */
interface SchemaFile {
  readonly format: ContractFormat;
  /** In the folder of the contracts; with `from` in the extension's own. */
  readonly file: string;
  /** What stands before every path of the file, such as `/api/v2`. */
  readonly base: string;
  /** The text, in the folder of the contracts, that the file was written from by hand, where the vendor publishes no schema. */
  readonly from?: string;
  /** File in the extension's own folder that says what the formats demand that the schema only names. */
  readonly formats?: string;
  /** Parameters that every call has, with their value. */
  readonly always?: Readonly<Record<string, string>>;
  /** Its calls travel within another one, whose path is `base` and which another of the schemas knows: those of its parameters that name the call. */
  readonly within?: readonly string[];
}

/** What an extension may send although no schema has it. */
export interface Addition {
  /** `GET /zones/{zone_id}`, below the base. */
  readonly request: string;
  /** Only this field of it, parts apart by dots. Without one the request itself, which then holds no parameters but those that other additions name. */
  readonly field?: string;
  readonly reason: string;
}

/** `contract.json` in an extension's folder: what its requests are checked against. */
interface ContractFile {
  readonly schemas: readonly SchemaFile[];
  readonly additions?: readonly Addition[];
}

export interface LoadedSchema extends Contract {
  readonly file: string;
  readonly base: string;
  readonly within?: readonly string[];
  readonly judge: SchemaJudge;
}

export interface ExtensionContract {
  readonly schemas: readonly LoadedSchema[];
  readonly additions: readonly Addition[];
}

const text: JsonSchema = { type: 'string', minLength: 1 };
const isContractFile = new Ajv2020({ allErrors: true }).compile<ContractFile>({
  type: 'object',
  additionalProperties: false,
  required: ['schemas'],
  properties: {
    schemas: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['format', 'file', 'base'],
        properties: {
          format: { enum: contractFormats },
          file: text,
          base: { type: 'string', pattern: '^(/.*[^/])?$' },
          from: text,
          formats: text,
          always: { type: 'object', additionalProperties: { type: 'string' } },
          within: { type: 'array', minItems: 1, items: text },
        },
      },
    },
    additions: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['request', 'reason'],
        properties: { request: { type: 'string', pattern: '^[A-Z]+ /' }, field: text, reason: text },
      },
    },
  },
});

/** Instead of schemas: why there are none to check against. */
const isUnpublished = new Ajv2020().compile<{ readonly unpublished: string }>({
  type: 'object',
  additionalProperties: false,
  required: ['unpublished'],
  properties: { unpublished: text },
});

/** Thrown when a file of the contract is not where the contracts are kept, as in a copy of the sources alone; and when there is none. */
export class ContractAbsent extends Error {}

/**
 * What an extension's requests are checked against; undefined when it names nothing.
 * Throws: `ContractAbsent`; an `Error` for a `contract.json` that makes no sense, or that says more than the text it was written from.
 */
export function loadContract(extensionFolder: string, contractsFolder: string): ExtensionContract | undefined {
  const path = join(extensionFolder, 'contract.json');
  if (!existsSync(path)) return undefined;
  const read = readJson(path);
  if (isUnpublished(read)) throw new ContractAbsent(`no schema is published: ${read.unpublished}`);
  if (!isContractFile(read)) {
    const [first] = isContractFile.errors ?? [];
    throw new Error(`${path}: ${first?.instancePath ?? ''} ${first?.message ?? 'makes no sense'}`);
  }
  return { schemas: read.schemas.map((file) => loadSchema(file, extensionFolder, contractsFolder)), additions: read.additions ?? [] };
}

function loadSchema(
  { format, file, base, from, formats, always = {}, within }: SchemaFile,
  extensionFolder: string,
  contractsFolder: string,
): LoadedSchema {
  const needed = join(contractsFolder, from ?? file);
  if (!existsSync(needed)) throw new ContractAbsent(`${from ?? file} is not there`);
  const document = readJson(from === undefined ? needed : join(extensionFolder, file));
  if (from !== undefined) {
    const missing = unquoted(document, readFileSync(needed, 'utf8'));
    if (missing.length > 0) throw new Error(`${file}: ${from} does not say ${missing.join(', ')}`);
  }
  const named = formats === undefined ? {} : (readJson(join(extensionFolder, formats)) as Readonly<Record<string, NamedFormat>>);
  const { operations } = readContract(format, document, always);
  return {
    operations: within ? operations.map(asCarried) : operations,
    file,
    base,
    ...(within && { within }),
    judge: new SchemaJudge(named),
  };
}

/** Ids of the extensions that are in the sources. */
export function extensionIds(extensionsFolder: string): readonly string[] {
  return readdirSync(extensionsFolder)
    .filter((id) => existsSync(join(extensionsFolder, id, 'package.json')))
    .sort();
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
