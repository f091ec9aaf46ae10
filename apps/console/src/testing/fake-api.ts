/** What the panel is asked, and what was sent with it. */
export interface Asked {
  /** Such as `POST /api/v1/products`, without what follows a question mark. */
  readonly call: string;
  readonly body: unknown;
}

/** What it answers: a JSON value, or a refusal as the panel has them. */
export type Answering = (asked: Asked) => unknown;

/** An answer that says no. */
export class Refusal {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly message: string,
    readonly field?: string,
  ) {}
}

/**
 * A panel that answers as a test says, and keeps what it was asked. Nothing leaves the process: what no test has an answer for is a 404.
 * A later answer for a call goes before an earlier one.
 */
export class FakeApi {
  readonly asked: Asked[] = [];
  private readonly answers = new Map<string, Answering>();

  /** `answer`: the value, or what makes one of what was sent; a promise of either is an answer that takes its time. */
  answer(call: string, answer: unknown): this {
    this.answers.set(call, typeof answer === 'function' ? (answer as Answering) : () => answer);
    return this;
  }

  /** The bodies sent with a call, in their order. */
  sent(call: string): unknown[] {
    return this.asked.filter((one) => one.call === call).map(({ body }) => body);
  }

  async take(request: Request): Promise<Response> {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.text();
    const asked = { call, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
    this.asked.push(asked);
    const answering = this.answers.get(call) ?? (() => new Refusal(404, 'not_found', `nothing answers ${call}`));
    const answer = await answering(asked);
    if (!(answer instanceof Refusal)) return said(200, answer);
    const { status, code, message, field } = answer;
    return said(status, { error: { code, message, ...(field !== undefined && { field }) } });
  }
}

function said(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

let current = new FakeApi();

/** A panel that knows nothing yet, in the place of the one before. */
export function freshApi(): FakeApi {
  return (current = new FakeApi());
}

// The client takes hold of it when it is first imported, which must come after this.
globalThis.fetch = (input) => current.take(input as Request);
