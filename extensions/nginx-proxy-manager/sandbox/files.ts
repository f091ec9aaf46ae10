import type { SandboxRequest } from '@hostwright/sdk-testing';

/** The files of a `multipart/form-data`, by the names of their fields. */
export function filesIn({ headers, text }: SandboxRequest): ReadonlyMap<string, string> {
  const [, boundary] = /^multipart\/form-data; *boundary="?([^";]+)"?$/i.exec(headers['content-type'] ?? '') ?? [];
  if (boundary === undefined) return new Map();
  return new Map(
    text.split(`--${boundary}`).flatMap((part) => {
      const [head = '', ...body] = part.split('\r\n\r\n');
      const [, name] = /content-disposition: form-data; name="([^"]+)"; filename="[^"]+"/i.exec(head) ?? [];
      return name === undefined ? [] : [[name, body.join('\r\n\r\n').replace(/\r\n$/, '')] as const];
    }),
  );
}
