/** What was given of a change: a field that was left out must not overwrite anything, not even with `undefined`. */
export function definedIn<T extends object>(change: T): T {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as T;
}
