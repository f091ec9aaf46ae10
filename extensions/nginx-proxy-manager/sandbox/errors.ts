import { json, type SandboxAnswer } from '@hostwright/sdk-testing';

/** Nginx Proxy Manager's error shape. Source: `backend/lib/error.js` and the exchanges of 2.15.1. */
export function failure(status: number, message: string, i18n?: string): SandboxAnswer {
  return json(status, { error: { code: status, message, ...(i18n === undefined ? {} : { message_i18n: i18n }) } });
}

export const internalError = (): SandboxAnswer => failure(500, 'Internal Error');
export const permissionDenied = (): SandboxAnswer => failure(403, 'Permission Denied');
export const notFound = (id: number | string): SandboxAnswer => failure(404, `Not Found - ${id}`);
