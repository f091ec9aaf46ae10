import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { ApiLog } from '../http/index.js';
import { unknownKeys } from './paymenter-input.js';
import { noteUnknownKeys } from './unknown-keys.js';

const knownKeys = 'paymenter: known keys';

@Injectable()
class UnknownKeys implements NestInterceptor {
  constructor(private readonly log: ApiLog) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const known = Reflect.getMetadata(knownKeys, context.getHandler()) as readonly string[];
    const { id, body } = context.switchToHttp().getRequest<FastifyRequest>();
    noteUnknownKeys(this.log, id, unknownKeys(body, known));
    return next.handle();
  }
}

/** The keys that a call's body may have. Others are ignored, and named in the log. */
export function KnownKeys(...keys: readonly string[]): MethodDecorator {
  return applyDecorators(SetMetadata(knownKeys, keys), UseInterceptors(UnknownKeys));
}
