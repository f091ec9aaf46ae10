import type { RunningSandbox } from './sandbox.js';

/** Makes a control call of the sandbox's own, `PUT` with a JSON body. Throws when it is not answered with 200. */
export async function putControl(sandbox: Pick<RunningSandbox, 'controlUrl'>, path: string, body: unknown = {}): Promise<void> {
  await callControl(sandbox, 'PUT', path, body);
}

/** As `putControl` with `POST`, for calls that answer something in JSON. */
export async function postControl(sandbox: Pick<RunningSandbox, 'controlUrl'>, path: string, body: unknown = {}): Promise<unknown> {
  return JSON.parse(await callControl(sandbox, 'POST', path, body)) as unknown;
}

async function callControl(
  { controlUrl }: Pick<RunningSandbox, 'controlUrl'>,
  method: string,
  path: string,
  body: unknown,
): Promise<string> {
  const answer = await fetch(`${controlUrl}${path}`, {
    method,
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${method} ${path} on the control API: ${answer.status} ${text}`);
  return text;
}
