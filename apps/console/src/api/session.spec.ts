import { describe, expect, it } from '@jest/globals';
import { CurrentSession, type Session, type SessionShelf } from './session.js';

const now = 1_000_000;
const session: Session = { token: 'first', account: { id: '1', email: 'a@example.com', role: 'staff' }, expiresAt: now + 60_000 };

function aShelf(): SessionShelf {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

describe('a session', () => {
  it('outlives a reload, but not its time and not its end', () => {
    const shelf = aShelf();
    const current = new CurrentSession(shelf, now);
    current.begin(session);
    expect(new CurrentSession(shelf, now + 1).get()).toEqual(session);
    expect(new CurrentSession(shelf, session.expiresAt).get()).toBeUndefined();
    current.end();
    expect(new CurrentSession(shelf, now + 1).get()).toBeUndefined();
  });

  it('is not ended by a late refusal of an earlier one', () => {
    const current = new CurrentSession(aShelf(), now);
    current.begin({ ...session, token: 'second' });
    current.end('first');
    expect(current.get()?.token).toBe('second');
    current.end('second');
    expect(current.get()).toBeUndefined();
  });

  it('tells whoever shows it, until they look away', () => {
    const current = new CurrentSession(aShelf(), now);
    let told = 0;
    const stop = current.subscribe(() => (told += 1));
    current.begin(session);
    current.end();
    stop();
    current.begin(session);
    expect(told).toBe(2);
  });

  it.each(['', 'not json', 'null', '5', '{"token":1}', '{"token":"x","expiresAt":9999999999999,"account":{"email":"a","role":"root"}}'])(
    'is not made of what somebody else put there: %j',
    (left) => {
      const shelf = aShelf();
      shelf.setItem('hostwright.session', left);
      expect(new CurrentSession(shelf, now).get()).toBeUndefined();
    },
  );

  it('lives without a shelf that works', () => {
    const forbidden = () => {
      throw new Error('denied');
    };
    const current = new CurrentSession({ getItem: forbidden, setItem: forbidden, removeItem: forbidden }, now);
    current.begin(session);
    expect(current.get()).toEqual(session);
    current.end();
    expect(current.get()).toBeUndefined();
  });
});
