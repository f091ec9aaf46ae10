import { describe, expect, it } from '@jest/globals';
import { chooseServer } from './placement.js';

const server = (id: string, capacity: number | null, used: number) => ({ id, capacity, used });

describe('where a new service goes', () => {
  it('refuses when no server has room', () => {
    const full = [server('1', 2, 2), server('2', 1, 3)];
    expect(() => chooseServer(full, 'least_full')).toThrow(expect.objectContaining({ code: 'conflict', message: 'no server has room' }));
    expect(() => chooseServer([], 'fill')).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  it('fills one server before it begins the next', () => {
    expect(chooseServer([server('1', 2, 2), server('2', 10, 9), server('3', 10, 0)], 'fill').id).toBe('2');
  });

  it('takes the server with the smallest share in use', () => {
    expect(chooseServer([server('1', 10, 5), server('2', 100, 20)], 'least_full').id).toBe('2');
  });

  it('compares numbers where a server has no end', () => {
    expect(chooseServer([server('1', 10, 5), server('2', null, 4)], 'least_full').id).toBe('2');
  });

  it('takes the older of two equally full ones', () => {
    expect(chooseServer([server('1', 10, 5), server('2', 10, 5)], 'least_full').id).toBe('1');
  });
});
