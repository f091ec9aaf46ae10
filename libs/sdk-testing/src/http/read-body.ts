import type { IncomingMessage } from 'node:http';

export type ReadBody =
  | { readonly state: 'read'; readonly body: unknown; readonly text: string }
  | { readonly state: 'unreadable'; readonly reason: string; readonly text: string }
  | { readonly state: 'too_large' }
  | { readonly state: 'gone' };

/** Reads and parses a request's body. A body over the limit is drained, not kept, so that the refusal can be read. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<ReadBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
    }
  } catch {
    return { state: 'gone' };
  }
  if (size > maxBytes) return { state: 'too_large' };
  const text = Buffer.concat(chunks).toString('utf8');
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (text === '') return { state: 'read', body: undefined, text };
  if (type === 'application/x-www-form-urlencoded') return { state: 'read', body: formBody(text), text };
  if (type === 'application/json' || type.endsWith('+json')) {
    try {
      return { state: 'read', body: JSON.parse(text) as unknown, text };
    } catch (error) {
      return { state: 'unreadable', reason: (error as Error).message, text };
    }
  }
  return { state: 'read', body: undefined, text };
}

function formBody(text: string): Record<string, string | string[]> {
  const body: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = Object.hasOwn(body, name) ? body[name] : undefined;
    if (before === undefined) body[name] = value;
    else if (Array.isArray(before)) before.push(value);
    else body[name] = [before, value];
  }
  return body;
}
