import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Caller } from '@hostwright/core';

/** A request whose caller is known. */
export interface AdmittedRequest {
  readonly user: Caller;
}

/** Whoever calls. Not on public routes. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller => context.switchToHttp().getRequest<AdmittedRequest>().user,
);
