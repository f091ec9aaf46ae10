import { describe, expect, it } from '@jest/globals';
import { readEvents, type StreamEvent } from './event-stream.js';

async function events(...chunks: Uint8Array[]): Promise<StreamEvent[]> {
  async function* body(): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  const all: StreamEvent[] = [];
  for await (const event of readEvents(body())) all.push(event);
  return all;
}

describe('a stream of events', () => {
  it('is read however it is cut into pieces', async () => {
    const text = Buffer.from('retry: 1000\n\nid: 1:1\ndata: {"a":"ü"}\n\n: still here\n\nid: 1:2\r\ndata: one\r\ndata: two\r\n\r\n');
    const expected = [
      { id: '1:1', data: '{"a":"ü"}' },
      { id: '1:2', data: 'one\ntwo' },
    ];
    expect(await events(text)).toEqual(expected);
    expect(await events(...[...text].map((byte) => Uint8Array.of(byte)))).toEqual(expected);
  });

  it('leaves out an event that was cut off', async () => {
    expect(await events(Buffer.from('data: whole\n\nid: 2\ndata: hal'))).toEqual([{ id: undefined, data: 'whole' }]);
  });
});
