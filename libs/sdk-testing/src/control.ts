import type { RunningSandbox } from './sandbox.js';

/** Makes a control call of the sandbox's own, `PUT` with a JSON body. Throws when it is not answered with 200. */
export async function putControl(sandbox: RunningSandbox, path: string, body: unknown = {}): Promise<void> {
  const answer = await fetch(`${sandbox.controlUrl}${path}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(body),
  });
  if (answer.status !== 200) throw new Error(`PUT ${path} on the control API: ${answer.status} ${await answer.text()}`);
}
