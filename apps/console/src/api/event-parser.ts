/** One server-sent event: its id, when it had one of its own, and its data. */
export interface ServerSentEvent {
  readonly id: string | undefined;
  readonly data: string;
}

/**
 * Reads server-sent events from text that arrives in pieces of any size. Needed because the browser's own reader sends no bearer token.
 * Source: HTML standard, "9.2.6 Interpreting an event stream".
 */
export class EventParser {
  private rest = '';
  private id: string | undefined;
  private data: string[] = [];
  /** How long to wait before connecting anew, as the server asked. */
  retryMs: number | undefined;

  /** The events that this piece completes. What is not yet complete waits for the next one, and is never an event if there is none. */
  push(piece: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    this.rest += piece;
    for (;;) {
      const end = /\r\n|\n|\r(?!$)/.exec(this.rest); // a CR at the very end may be half of a CR LF
      if (!end) return events;
      const line = this.rest.slice(0, end.index);
      this.rest = this.rest.slice(end.index + end[0].length);
      const event = this.line(line);
      if (event) events.push(event);
    }
  }

  private line(line: string): ServerSentEvent | undefined {
    if (line === '') {
      const event = this.data.length > 0 ? { id: this.id, data: this.data.join('\n') } : undefined;
      this.data = [];
      this.id = undefined;
      return event;
    }
    const colon = line.indexOf(':');
    if (colon === 0) return undefined; // a comment, sent to keep the connection alive
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d{1,6}$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }
}
