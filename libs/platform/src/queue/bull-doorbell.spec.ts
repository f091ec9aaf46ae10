import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Queue } from 'bullmq';
import { BullDoorbell } from './bull-doorbell.js';

/** A queue whose server answers as told. */
class ToldQueue extends EventEmitter {
  readonly messages: { opts: object }[] = [];
  constructor(private readonly answer: () => Promise<unknown>) {
    super();
  }
  readonly name = 'emails';
  add(_name: string, _data: object, opts: object): Promise<unknown> {
    return this.addBulk([{ opts }]);
  }
  addBulk(messages: { opts: object }[]): Promise<unknown> {
    this.messages.push(...messages);
    return this.answer();
  }
}

function bellOver(answer: () => Promise<unknown>) {
  const lines: string[] = [];
  const queue = new ToldQueue(answer);
  return { queue, lines, bell: new BullDoorbell([queue as unknown as Queue], { warn: (line) => lines.push(line) }) };
}

describe('BullDoorbell', () => {
  it('does not let a queue that fails reach its caller, and says so once', async () => {
    const { bell, lines, queue } = bellOver(() => Promise.reject(new Error('away')));
    for (let ring = 0; ring < 5; ring += 1) await bell.ring('emails');
    queue.emit('error', new Error('away')); // without a listener this would end the process
    expect(lines).toHaveLength(1);
  });

  it('does not wait for a queue that never answers, and soon rings it no more', async () => {
    const { bell, queue, lines } = bellOver(() => new Promise(() => undefined));
    await Promise.all(Array.from({ length: 200 }, () => bell.ring('emails')));
    expect(queue.messages).toHaveLength(50);
    expect(lines).toHaveLength(1);
  });

  it('leaves nothing behind and is never taken for a repetition', async () => {
    const { bell, queue } = bellOver(() => Promise.resolve());
    await bell.ring('emails');
    await bell.ring('emails', 2);
    await bell.ring('emails', 0);
    await bell.ring('emails', 100_000);
    expect(queue.messages).toHaveLength(103);
    for (const { opts } of queue.messages) expect(opts).toEqual({ attempts: 1, removeOnComplete: true, removeOnFail: true });
  });

  it('says when it was not set up for a queue', async () => {
    const { bell, lines } = bellOver(() => Promise.resolve());
    await bell.ring('backups');
    expect(lines).toHaveLength(1);
  });
});
