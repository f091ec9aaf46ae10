import { describe, expect, it } from '@jest/globals';
import { idealWallMs } from './ideal-schedule.js';

const step = (startMs: number, endMs: number, cap?: string) => ({ startMs, endMs, cap });
const caps = new Map([['tasks', 10]]);

describe('idealWallMs', () => {
  it('is what one site takes when there is a place for each', () => {
    const site = { steps: [step(5, 105, 'tasks'), step(110, 200)], endMs: 210 };
    expect(idealWallMs(site, 10, caps)).toBe(210);
  });

  it('puts those that find no place behind the others, without a gap', () => {
    const site = { steps: [step(0, 100, 'tasks'), step(100, 150)], endMs: 150 };
    expect(idealWallMs(site, 20, caps)).toBe(250);
    expect(idealWallMs(site, 20, new Map([['tasks', 1]]))).toBe(2050);
  });

  it('lets branches go on side by side', () => {
    const site = { steps: [step(0, 10), step(10, 20, 'tasks'), step(10, 90)], endMs: 90 };
    expect(idealWallMs(site, 20, new Map([['tasks', 1]]))).toBe(210);
    expect(idealWallMs(site, 5, new Map([['tasks', 1]]))).toBe(90);
  });
});
