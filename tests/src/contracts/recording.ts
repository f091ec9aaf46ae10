import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A request as a test sent it, secrets hidden. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** As in the address, without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly isBodyCut: boolean;
}

/** The same request, however often it was sent. */
export interface SentRequest extends RecordedRequest {
  readonly times: number;
  /** The recording that it was first seen in, without its extension. */
  readonly seenIn: string;
}

interface Line {
  readonly kind?: string;
  readonly extension?: string;
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly bodyCut?: boolean;
}

/** Every different request of each extension, from all `.jsonl` files of a folder. Throws an `Error` that names a line it cannot read. */
export function readRecordings(folder: string): ReadonlyMap<string, readonly SentRequest[]> {
  const found = new Map<string, Map<string, { request: RecordedRequest; times: number; seenIn: string }>>();
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.jsonl')) continue;
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    for (const [index, text] of lines.entries()) {
      if (text === '') continue;
      const line = parse(text, `${file}:${index + 1}`);
      if (line.kind !== 'http') continue;
      const { extension, method, url } = line;
      if (!extension || !method || !url) throw new Error(`${file}:${index + 1}: a request without its extension, method or address`);
      const request = requestOf(line, method, url);
      const ofExtension = found.get(extension) ?? new Map<string, { request: RecordedRequest; times: number; seenIn: string }>();
      found.set(extension, ofExtension);
      const key = JSON.stringify(request);
      const before = ofExtension.get(key);
      if (before) before.times += 1;
      else ofExtension.set(key, { request, times: 1, seenIn: file.replace(/\.jsonl$/, '').replaceAll('~', '/') });
    }
  }
  return new Map(
    [...found].map(([extension, requests]) => [
      extension,
      [...requests.values()].map(({ request, times, seenIn }) => ({ ...request, times, seenIn })),
    ]),
  );
}

function parse(text: string, where: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch (error) {
    throw new Error(`${where}: not JSON`, { cause: error });
  }
}

function requestOf(line: Line, method: string, address: string): RecordedRequest {
  const url = new URL(address);
  return {
    method,
    path: url.pathname,
    query: url.search.slice(1),
    headers: line.headers ?? {},
    body: line.body,
    isBodyCut: line.bodyCut ?? false,
  };
}
