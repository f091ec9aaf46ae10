import createClient, { type Middleware } from 'openapi-fetch';
import { ApiFailure, failureIn } from './api-failure.js';
import type { components, paths } from './schema.js';
import { CurrentSession } from './session.js';

/** The session of this tab. */
export const currentSession = new CurrentSession(window.sessionStorage, Date.now());

const signedIn: Middleware = {
  onRequest({ request }) {
    const token = currentSession.get()?.token;
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
  },
  onResponse({ request, response }) {
    const sent = request.headers.get('authorization');
    if (response.status === 401 && sent !== null) currentSession.end(sent.replace(/^Bearer /, ''));
  },
  onError: ({ error }) =>
    error instanceof DOMException && error.name === 'AbortError' ? undefined : new ApiFailure(0, 'unreachable', 'no answer'),
};

/** The panel's API, typed by its own description. */
export const api = createClient<paths>({ baseUrl: '/' });
api.use(signedIn);

/** What was answered. Rejects with `ApiFailure` when that is an error. */
export async function answered<T>(call: Promise<{ data?: T; error?: unknown; response: Response }>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw failureIn(response.status, error, response.headers.get('retry-after'));
  return data as T; // of an answer without content, nothing
}

/** Signs in; the session begins when the panel says yes. */
export async function signIn(email: string, password: string): Promise<void> {
  begin(await answered(api.POST('/api/v1/auth/login', { body: { email, password } })));
}

/** Sets the password with a link out of a mail, which is used up by it; the session begins. */
export async function enterByLink(token: string, password: string): Promise<void> {
  begin(await answered(api.POST('/api/v1/auth/one-time-links/password', { body: { token, password } })));
}

function begin({ token, expiresInSeconds, account }: components['schemas']['LoginAnswer']): void {
  currentSession.begin({ token, account, expiresAt: Date.now() + expiresInSeconds * 1000 });
}
