import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib';
import { Headers, Response } from 'undici';
import type { RawAnswer } from './exchange-once.js';

const bodiless = new Set([204, 205, 304]);

type Decoder = (bytes: Buffer, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const zlibInflate = promisify(inflate) as unknown as Decoder;
const decoders: Readonly<Record<string, Decoder>> = {
  br: promisify(brotliDecompress) as unknown as Decoder,
  gzip: promisify(gunzip) as unknown as Decoder,
  'x-gzip': promisify(gunzip) as unknown as Decoder,
  // Some servers leave out the frame that the standard asks for; it begins with the method, 8.
  deflate: (bytes, options) =>
    (bytes[0] ?? 0) % 16 === 8 ? zlibInflate(bytes, options) : (promisify(inflateRaw) as unknown as Decoder)(bytes, options),
};

/** The answer would be larger than allowed once decompressed. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** The answer with its body decompressed. Throws `TooLargeError`, or another error when it cannot be read. */
export async function decodeAnswer(answer: RawAnswer, method: string, mostBytes: number): Promise<RawAnswer> {
  const header = answer.headers['content-encoding'];
  const codings = (typeof header === 'string' ? header : (header ?? []).join(','))
    .split(',')
    .map((coding) => coding.trim().toLowerCase())
    .filter((coding) => coding !== '' && coding !== 'identity');
  let { body } = answer;
  if (codings.length === 0 || body.length === 0 || method === 'HEAD' || bodiless.has(answer.status)) return answer;
  // More than one is never meant well.
  const decode = codings.length === 1 ? decoders[codings[0] as string] : undefined;
  if (!decode) throw new Error('the answer is in an unknown encoding');
  try {
    body = await decode(body, { maxOutputLength: mostBytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') throw new TooLargeError('too large', { cause: error });
    throw error;
  }
  return { ...answer, body };
}

/** The answer as `fetch` gives it. Throws when it is not one that HTTP knows. */
export function responseOf(answer: RawAnswer, url: URL): Response {
  const headers = new Headers();
  for (const [name, value] of Object.entries(answer.headers)) {
    for (const one of typeof value === 'string' ? [value] : value) headers.append(name, one);
  }
  const body = bodiless.has(answer.status) ? null : answer.body;
  const response = new Response(body, { status: answer.status, statusText: answer.statusText, headers });
  // A made response has no address of its own; vendor SDKs put it in their messages.
  Object.defineProperty(response, 'url', { value: url.href });
  return response;
}
