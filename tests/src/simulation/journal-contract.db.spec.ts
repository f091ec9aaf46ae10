import { describe, expect, it } from '@jest/globals';
import { ContractPlay } from './contract-play.js';
import { memoryWorld, postgresWorld } from './journal-worlds.js';
import { SeededRandom } from './random.js';

/*
 * The journal that histories are played on must be the one that is in PostgreSQL. Whatever is done to the one is done to the other, and
 * after each statement both must have answered the same and hold the same.
 */
describe('the journal of the simulation', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'does what the one in PostgreSQL does, play %i',
    async (seed) => {
      const world = await postgresWorld();
      try {
        const play = new ContractPlay(new SeededRandom(seed), world, memoryWorld());
        for (let statement = 0; statement < 150; statement += 1) {
          const { what, answers, dumps } = await play.next();
          expect({ seed, statement, what, answer: answers[1], ...dumps[1] }).toEqual({
            seed,
            statement,
            what,
            answer: answers[0],
            ...dumps[0],
          });
        }
      } finally {
        await world.close();
      }
    },
    60_000,
  );
});
