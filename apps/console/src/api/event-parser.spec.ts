import { describe, expect, it } from '@jest/globals';
import { EventParser } from './event-parser.js';

const stream = 'retry: 1000\n\nid: 7:1\ndata: {"a":1}\n\n: still here\n\nid: 7:2\ndata: first\ndata: second\n\n';

describe('the reader of server-sent events', () => {
  it('reads ids, data of several lines and the wish for a pause, and no comments', () => {
    const parser = new EventParser();
    expect(parser.push(stream)).toEqual([
      { id: '7:1', data: '{"a":1}' },
      { id: '7:2', data: 'first\nsecond' },
    ]);
    expect(parser.retryMs).toBe(1000);
  });

  it.each(['\n', '\r\n', '\r'])('reads the same wherever the network cuts, with lines ended by %j', (end) => {
    const text = `${stream}id: 7:3\ndata: x\n\n `.replaceAll('\n', end);
    for (let cut = 0; cut <= text.length; cut++) {
      const parser = new EventParser();
      const events = [...parser.push(text.slice(0, cut)), ...parser.push(text.slice(cut))];
      expect(events.map(({ id }) => id)).toEqual(['7:1', '7:2', '7:3']);
    }
  });

  it('makes no event of what was cut off', () => {
    const parser = new EventParser();
    expect(parser.push('id: 7:1\ndata: whole\n\nid: 7:2\ndata: ha')).toHaveLength(1);
    expect(parser.push('')).toEqual([]);
  });

  it('ignores what it does not know, and a wish that is no number', () => {
    const parser = new EventParser();
    expect(parser.push('event: x\nretry: soon\nfield\n\ndata:no space\n\n')).toEqual([{ id: undefined, data: 'no space' }]);
    expect(parser.retryMs).toBeUndefined();
  });
});
