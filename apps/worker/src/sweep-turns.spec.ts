import { beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseTrouble } from './database-trouble.js';
import { SweepTurns } from './sweep-turns.js';

let warned: string[];
let turns: SweepTurns;

beforeEach(() => {
  warned = [];
  turns = new SweepTurns(new DatabaseTrouble({ warn: (line: string) => void warned.push(line) }, 'the worker cannot look'));
});

const gate = () => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
};

describe('sweeps that fall due together', () => {
  it('need one connection: never are two at work at once', async () => {
    let atWork = 0;
    let most = 0;
    const sweep = async () => {
      most = Math.max(most, (atWork += 1));
      await new Promise((resolve) => setTimeout(resolve, 2));
      atWork -= 1;
    };
    await Promise.all(['tasks', 'webhooks', 'looks'].map((name) => turns.take(name, sweep)));
    expect(most).toBe(1);
  });

  it('do not pile up while the database is away: each is waited for once', async () => {
    const { open, opened } = gate();
    let runs = 0;
    const first = turns.take('tasks', () => opened);
    const rest = Array.from({ length: 100 }, () => turns.take('looks', async () => void (runs += 1)));
    open();
    await Promise.all([first, ...rest]);
    expect(runs).toBe(1);
    await turns.take('looks', async () => void (runs += 1));
    expect(runs).toBe(2);
  });

  it('go on after one that failed, which is told of', async () => {
    const done: string[] = [];
    const failing = turns.take('tasks', () => Promise.reject(new Error('the connection was lost')));
    await Promise.all([failing, turns.take('looks', async () => void done.push('looks'))]);
    await turns.take('tasks', async () => void done.push('tasks'));
    expect(done).toEqual(['looks', 'tasks']);
    expect(warned).toHaveLength(1);
  });
});
