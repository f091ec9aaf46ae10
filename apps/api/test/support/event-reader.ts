/** One server-sent event. */
export interface ReadEvent {
  readonly id: string;
  // What it holds is each test's business.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly data: any;
}

/** Reads a stream of server-sent events as it comes. */
export class EventReader {
  readonly events: ReadEvent[] = [];
  private waiting: (() => void)[] = [];
  private ended = false;

  private constructor(
    readonly response: Response,
    private readonly abort: AbortController,
  ) {
    void this.read();
  }

  static async open(url: string, token: string, lastEventId?: string): Promise<EventReader> {
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${token}`, ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
    return new EventReader(await fetch(url, { headers, signal: abort.signal }), abort);
  }

  /** When so many events have come. */
  async until(count: number): Promise<void> {
    while (this.events.length < count && !this.ended) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** When the server has ended the stream. */
  async end(): Promise<void> {
    while (!this.ended) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  close(): void {
    this.abort.abort();
  }

  private async read(): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of this.response.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) {
          const lines = Object.fromEntries(
            part.split('\n').map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
          );
          if (lines['data'] !== undefined) this.events.push({ id: String(lines['id']), data: JSON.parse(lines['data']) });
        }
        this.wake();
      }
    } catch {
      // Closed by us, or by the server while it stopped.
    }
    this.ended = true;
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
