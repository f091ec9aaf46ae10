import { freshApi, type FakeApi } from './fake-api.js';
import { notifications } from '@mantine/notifications';
import { cleanup, configure, render } from '@testing-library/react';
import { currentSession } from '../api/index.js';
import { Console } from '../console.js';

// The first room of a file is loaded with all that rooms are made of.
configure({ asyncUtilTimeout: 10_000 });

/** A panel with nothing to tell, for a member of staff. */
export function emptyPanel(): FakeApi {
  const nothing = { items: [], next: null };
  const api = freshApi().answer('GET /api/v1/restoration', { state: 'none', reason: null, foundAt: null, servers: [] });
  for (const list of ['products', 'servers', 'server-groups', 'extensions']) api.answer(`GET /api/v1/${list}`, nothing);
  return api;
}

/** Opens the console at a path, as staff see it. A test that leaves a room by itself waits for the next one. */
export function openConsole(path: string): void {
  cleanup();
  notifications.clean();
  const account = { id: '1', email: 'staff@panel.example', role: 'staff' } as const;
  currentSession.begin({ token: 'token', account, expiresAt: Date.now() + 3_600_000 });
  window.history.pushState(null, '', path);
  render(<Console />);
}
