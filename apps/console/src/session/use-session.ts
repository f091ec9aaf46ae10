import { useSyncExternalStore } from 'react';
import { currentSession, type Session } from '../api/index.js';

/** Who is signed in. Rooms are only shown to somebody who is. */
export function useSession(): Session | undefined {
  return useSyncExternalStore(currentSession.subscribe, currentSession.get);
}
