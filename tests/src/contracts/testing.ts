import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkContracts, type Finding } from './check-contracts.js';
import { reportOf } from './report.js';

/** A request as a recording has it. */
export interface Sent {
  readonly method?: string;
  /** Of the address, with the query. */
  readonly path: string;
  readonly json?: unknown;
  readonly form?: string;
  /** A body of another type. */
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What stands in the three folders, by path. A `contract.json` names `schema.json`. */
export interface Play {
  readonly format: string;
  readonly schema: unknown;
  readonly base?: string;
  readonly sent: readonly Sent[];
  /** More of the `contract.json`. */
  readonly additions?: readonly { request: string; field?: string; reason: string }[];
  /** More files, such as `contracts/README.md`. */
  readonly files?: Readonly<Record<string, string>>;
  /** Instead of one with the schema alone. */
  readonly schemas?: readonly object[];
}

export function lineOf({ method = 'GET', path, json, form, type, headers = {} }: Sent, extension = 'example'): string {
  const contentType = json !== undefined ? 'application/json' : form !== undefined ? 'application/x-www-form-urlencoded' : type;
  const body = json !== undefined ? JSON.stringify(json) : (form ?? (type === undefined ? undefined : `[${type}, 12 bytes]`));
  const url = `https://127.0.0.1:4${Math.abs(path.length % 1000)}${path}`;
  const all = contentType === undefined ? headers : { ...headers, 'content-type': contentType };
  return JSON.stringify({ kind: 'http', extension, method, url, headers: all, body });
}

/** Lays out the files, checks them, and takes them away. */
export function play({ format, schema, base = '', sent, additions, files = {}, schemas }: Play): readonly Finding[] {
  const contract = { schemas: schemas ?? [{ format, file: 'schema.json', base }], ...(additions && { additions }) };
  return check({
    'contracts/schema.json': JSON.stringify(schema),
    'extensions/example/package.json': '{}',
    'extensions/example/contract.json': JSON.stringify(contract),
    'recordings/one.jsonl': sent.map((one) => `${lineOf(one)}\n`).join(''),
    ...files,
  });
}

export function check(files: Readonly<Record<string, string>>): readonly Finding[] {
  const root = mkdtempSync(join(tmpdir(), 'contracts-'));
  try {
    for (const folder of ['contracts', 'extensions', 'recordings']) mkdirSync(join(root, folder));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return checkContracts({
      extensions: join(root, 'extensions'),
      contracts: join(root, 'contracts'),
      recordings: join(root, 'recordings'),
    });
  } finally {
    rmSync(root, { recursive: true });
  }
}

/** `METHOD path: problem` of everything that is wrong with the example's requests. */
export function failuresOf(findings: readonly Finding[]): readonly string[] {
  const [finding] = findings;
  if (!finding || !('verdict' in finding)) throw new Error(reportOf(findings));
  return finding.verdict.failures.map(({ operation, problem }) => `${operation}: ${problem}`);
}
