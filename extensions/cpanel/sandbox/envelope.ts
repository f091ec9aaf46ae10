import type { Json, JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer } from '@hostwright/sdk-testing';

/** WHM refuses with its own words, and HTTP 200; at times with data on what was done all the same, or with the words beside its reason. */
export class No extends Error {
  constructor(
    reason: string,
    readonly data?: JsonObject,
    readonly raw?: string,
  ) {
    super(reason);
  }
}

/** How a call ends: data, or a refusal. */
export interface Outcome {
  readonly data?: JsonObject;
  readonly reason?: string;
  /** As `metadata.chunk`. */
  readonly chunk?: JsonObject;
  /** As `metadata.output`: a log, and at times warnings. */
  readonly output?: JsonObject;
}

export function whmAnswer(command: string, act: () => Outcome, asText = false): SandboxAnswer {
  const flag = (value: 0 | 1): Json => (asText ? String(value) : value);
  try {
    const { data, reason = 'OK', chunk, output } = act();
    const more = { ...(chunk === undefined ? {} : { chunk }), ...(output === undefined ? {} : { output }) };
    const metadata = { version: 1, command, result: flag(1), reason, ...more };
    return json(200, { metadata, ...(data === undefined ? {} : { data }) });
  } catch (error) {
    if (!(error instanceof No)) throw error;
    const { message: no, data, raw } = error;
    const told = raw === undefined ? {} : { output: { raw } };
    return json(200, { metadata: { version: 1, command, result: flag(0), reason: no, ...told }, ...(data === undefined ? {} : { data }) });
  }
}

/** What a UAPI function answers, directly or inside WHM's `data.uapi`. */
export function uapiResult(act: () => Json | undefined): JsonObject {
  const around = { messages: null, warnings: null, metadata: {} };
  try {
    return { status: 1, errors: null, data: act() ?? null, ...around };
  } catch (error) {
    if (!(error instanceof No)) throw error;
    return { status: 0, errors: [error.message], data: null, ...around };
  }
}

/** The token, the user or the address is refused. */
export const accessDenied = (status = 403): SandboxAnswer =>
  json(status, {
    cpanelresult: { apiversion: '2', error: 'Access denied', data: { reason: 'Access denied', result: '0' }, type: 'text' },
  });

export const page = (status: number, title: string, body = ''): SandboxAnswer => ({
  status,
  headers: { 'content-type': 'text/html; charset="utf-8"' },
  text: `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body>${body}</body></html>\n`,
});

export const logInPage = (): SandboxAnswer => page(200, 'WHM Login', '<form id="login_form" action="/login/" method="post"></form>');
export const licencePage = (): SandboxAnswer => page(200, 'cPanel', '<h1>cPanel License File Has Expired</h1>');
export const internalError = (): SandboxAnswer => page(500, 'Internal Server Error', '<h1>500 Internal Server Error</h1>');
