/** `what`: method and address. Answers the status and the body, which is JSON. */
export async function callPanel<T>(what: string, body?: unknown, token?: string): Promise<{ status: number; body: T }> {
  const [method, address] = what.split(' ') as [string, string];
  const response = await fetch(address, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as T };
}
