import { describe, expect, it } from '@jest/globals';
import { ApiFailure } from './api-failure.js';
import { followProgress, type ProgressEvent } from './progress.js';

const line = (number: number, type = 'progress') =>
  `id: 7:${number}\ndata: ${JSON.stringify({ type, step: number, total: 3, percentage: number * 30, message: `event ${number}`, timestamp: '2026-01-01T00:00:00Z' })}\n\n`;

/** A connection that delivers these pieces, then ends or breaks. */
function connection(pieces: readonly string[], breaks = false): Response {
  const bytes = new TextEncoder();
  let next = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = pieces[next++];
      if (piece !== undefined) controller.enqueue(bytes.encode(piece));
      else if (breaks) controller.error(new TypeError('network error'));
      else controller.close();
    },
  });
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

/** Follows job 7 through these connections, one after the other. */
async function follow(connections: readonly (() => Response)[], end = new AbortController()) {
  const events: ProgressEvent[] = [];
  const asked: Record<string, string>[] = [];
  const waits: number[] = [];
  let error: unknown;
  await followProgress({
    jobId: '7',
    signal: end.signal,
    fetch: (_, init) => {
      const connect = connections[asked.length];
      asked.push({ ...(init?.headers as Record<string, string>) });
      if (!connect) end.abort();
      return connect ? Promise.resolve().then(connect) : Promise.reject(new TypeError('over'));
    },
    token: () => 'a-token',
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    onEvent: (event) => events.push(event),
    onLive: () => undefined,
  }).catch((reason: unknown) => (error = reason));
  return { messages: events.map(({ message }) => message), asked, waits, error };
}

const unreachable = () => {
  throw new TypeError('fetch failed');
};
const refusing = (status: number) => () => new Response(JSON.stringify({ error: { code: 'x', message: 'no' } }), { status });

describe('following a job', () => {
  it('ends with its last event and asks nothing more', async () => {
    const { messages, asked } = await follow([() => connection([line(1), line(2, 'complete')])]);
    expect(messages).toEqual(['event 1', 'event 2']);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({ authorization: 'Bearer a-token' });
    expect(asked[0]).not.toHaveProperty('last-event-id');
  });

  it('goes on from the last whole event when the connection breaks in the middle of one', async () => {
    const half = line(2).slice(0, 20);
    const { messages, asked } = await follow([() => connection([line(1), half], true), () => connection([line(2), line(3, 'complete')])]);
    expect(messages).toEqual(['event 1', 'event 2', 'event 3']);
    expect(asked[1]).toMatchObject({ 'last-event-id': '7:1' });
  });

  it('tells nothing twice, even if the panel does', async () => {
    const { messages } = await follow([() => connection([line(1), line(2)], true), () => connection([line(1), line(2), line(3, 'error')])]);
    expect(messages).toEqual(['event 1', 'event 2', 'event 3']);
  });

  it('waits longer each time while the panel cannot be reached or is out of order', async () => {
    const { messages, waits } = await follow([
      unreachable,
      refusing(503),
      refusing(429),
      unreachable,
      unreachable,
      unreachable,
      unreachable,
      () => connection([line(1, 'complete')]),
    ]);
    expect(messages).toEqual(['event 1']);
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16000, 30000, 30000]);
  });

  it('does not ask every second for a job that says nothing any more', async () => {
    const { waits } = await follow([() => connection([line(1)]), () => connection([]), () => connection([]), () => connection([])]);
    expect(waits.slice(0, 4)).toEqual([1000, 1000, 2000, 4000]);
  });

  it.each([401, 403, 404])('gives up when it is refused with %i, and says why', async (status) => {
    const { asked, error } = await follow([refusing(status)]);
    expect(asked).toHaveLength(1);
    expect(error).toBeInstanceOf(ApiFailure);
    expect(error).toMatchObject({ status, message: 'no' });
  });

  it('leaves out what it cannot read, and shows the rest', async () => {
    const odd = 'id: 7:2\ndata: {"type":1}\n\nid: 7:3\ndata: not json\n\ndata: without an id\n\n';
    const { messages } = await follow([() => connection([line(1), odd, line(4, 'cancelled')])]);
    expect(messages).toEqual(['event 1', 'event 4']);
  });
});
