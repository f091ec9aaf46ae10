import type { Json, JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer } from '@hostwright/sdk-testing';

/** Pressable's shapes. Source: Pressable API v1; pressable/mpcp-whmcs-integration. */
export function success(data: Json, page?: JsonObject): SandboxAnswer {
  return json(200, { message: 'Success', data, errors: null, ...(page === undefined ? {} : { page }) });
}

export function failure(status: number, message: string, errors: readonly string[] | null = null): SandboxAnswer {
  return json(status, { message, errors, data: null });
}

export const notFound = (): SandboxAnswer => failure(404, 'Not Found');
/** What a web server answers to an address that it does not know. */
export const notFoundPage = (): SandboxAnswer => ({ status: 404, text: '<html><h1>404 Not Found</h1></html>' });
export const internalError = (): SandboxAnswer =>
  failure(500, 'An internal error occurred while processing your request. Please try again.');

/** What was asked for is not possible, in Pressable's words. */
export const unprocessable = (...errors: readonly string[]): SandboxAnswer =>
  failure(422, 'There was a problem processing your request.', errors);
