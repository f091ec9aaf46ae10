import type { LookupFunction } from 'node:net';
import {
  checkReceiverUrl,
  readRetryAfter,
  WebhookSender,
  type AttemptOutcome,
  type ReceiverRules,
  type WebhookRequest,
} from '@hostwright/core';
import { isPanelError } from '@hostwright/sdk';
import type { Agent } from 'undici';
import { exchangeError, ExchangeFailure, exchangeOnce, type RawAnswer } from '../egress/index.js';
import { maskedText } from '../recording/index.js';
import { receiverAgent } from './receiver-agent.js';

/** From the look-up of the name to the answer's last byte that is read. */
const defaultDeadlineMs = 15_000;
/** What is read of an answer, in bytes. */
const mostAnswerBytes = 4_096;
/** What is kept of it, in characters. */
const mostExcerpt = 1_000;

export interface WebhookSenderOptions {
  readonly rules: ReceiverRules;
  /** Takes secrets out of a text. */
  readonly mask: (text: string) => string;
  readonly nowMs: () => number;
  readonly deadlineMs?: number;
  /** How names are looked up; as the system does when left out. */
  readonly resolve?: LookupFunction;
}

/** One POST for each attempt. No redirect is followed. */
export class HttpWebhookSender extends WebhookSender {
  private readonly agent: Agent;

  constructor(private readonly options: WebhookSenderOptions) {
    super();
    this.agent = receiverAgent(options.rules.networks, options.resolve);
  }

  override async send(request: WebhookRequest): Promise<AttemptOutcome> {
    const began = performance.now();
    const outcome = await this.exchange(request);
    return { ...outcome, durationMs: Math.round(performance.now() - began) };
  }

  /** Ends every connection at once; attempts under way fail. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async exchange({ url: text, headers, body }: WebhookRequest): Promise<Omit<AttemptOutcome, 'durationMs'>> {
    let what = 'POST to the receiver';
    try {
      // The rules may be stricter than when the address was saved.
      const url = new URL(checkReceiverUrl(text, this.options.rules));
      what = `POST ${url.host}`;
      const request = {
        method: 'POST',
        url,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'hostwright-webhooks', ...headers },
        body,
        signals: [],
        timeoutMs: this.options.deadlineMs ?? defaultDeadlineMs,
      };
      return this.outcomeOf(await exchangeOnce(this.agent, request, mostAnswerBytes, 'beginning'));
    } catch (error) {
      const known = error instanceof ExchangeFailure ? exchangeError(what, 'POST', error) : error;
      return { error: isPanelError(known) ? this.options.mask(known.message) : `${what}: not sent, for a reason nobody planned for` };
    }
  }

  private outcomeOf({ status, headers, body }: RawAnswer): Omit<AttemptOutcome, 'durationMs'> {
    const response = this.excerptOf(body, single(headers['content-type']) ?? '');
    const kept = { status, ...(response !== '' && { response }) };
    if (status >= 200 && status < 300) return kept;
    const retryAfterMs = readRetryAfter(single(headers['retry-after']), new Date(this.options.nowMs()));
    const error = status >= 300 && status < 400 ? `answered ${status}; redirects are not followed` : `answered ${status}`;
    return { ...kept, error, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }

  /** Text that a database can keep, secrets masked before it is cut. */
  private excerptOf(body: Buffer, contentType: string): string {
    const text = body.toString('utf8').replace(/[^\P{C}\n\t]|\p{Surrogate}/gu, '\ufffd');
    return this.options
      .mask(maskedText(text, contentType))
      .slice(0, mostExcerpt)
      .replace(/\p{Surrogate}/gu, '')
      .trim();
  }
}

function single(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
