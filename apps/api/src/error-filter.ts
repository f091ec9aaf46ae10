import { Catch, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { isPanelError } from '@hostwright/sdk';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isPaymenterPath, paymenterError } from './paymenter/index.js';
import { ApiLog, errorAnswer } from './http/index.js';

/** The one place that turns errors into answers. */
@Catch()
@Injectable()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: ApiLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const { isBug, ...answer } = errorAnswer(error);
    const about = { requestId: request.id, method: request.method, path: pathOf(request.url) };
    if (isBug) this.log.error('unexpected error', about, error);
    else if (answer.status >= 500) this.log.warn(`${answer.code}: ${answer.message}`, { ...about, ...reasonOf(error) });
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (answer.retryAfterMs !== undefined) void reply.header('retry-after', Math.max(1, Math.ceil(answer.retryAfterMs / 1000)));
    if (answer.status === 401) void reply.header('www-authenticate', 'Bearer');
    if (isPaymenterPath(about.path)) {
      const { status, body } = paymenterError(answer, about.path);
      if (typeof body === 'string') void reply.type('text/plain; charset=utf-8');
      void reply.status(status).send(body);
      return;
    }
    const { code, message, field } = answer;
    void reply.status(answer.status).send({ error: { code, message, ...(field !== undefined && { field }) } });
  }
}

/** What an answer does not tell whoever asked. */
function reasonOf(error: unknown): { readonly reason?: string } {
  const cause = error instanceof Error ? error.cause : undefined;
  return isPanelError(cause) ? { reason: `${cause.code}: ${cause.message}` } : {};
}

/** The address without its query, which may hold what is nobody's business. */
export function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end === -1 ? url : url.slice(0, end);
}
