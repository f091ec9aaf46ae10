import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { actorOf, ApiKeys, isAdmitted, type Admission, type Caller } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { admissionOf, remembersKeys } from '../http/index.js';
import { LoginGuard } from './login-strategy.js';
import { RateLimits } from './rate-limits.js';
import { RememberedKeys } from './remembered-keys.js';

const bearer = /^Bearer ([\x21-\x7e]{1,4096})$/i;

/** Stands before every route: nobody passes whom the route does not name. */
@Injectable()
export class AdmissionGuard implements CanActivate {
  private readonly admissions = new Map<object, Admission | 'public'>();

  constructor(
    private readonly keys: ApiKeys,
    private readonly remembered: RememberedKeys,
    private readonly login: LoginGuard,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const admission = this.admissionOf(context.getHandler());
    if (admission === 'public') return true;
    const request = context.switchToHttp().getRequest<FastifyRequest & { user?: Caller }>();
    let caller: Caller;
    try {
      caller = await this.identify(request, context);
    } catch (error) {
      await this.limits.call(`address:${request.ip}`);
      throw error;
    }
    await this.limits.call(actorOf(caller));
    if (!isAdmitted(caller, admission)) throw new PanelError('forbidden', refusalFor(caller, admission));
    return true;
  }

  private async identify(request: FastifyRequest & { user?: Caller }, context: ExecutionContext): Promise<Caller> {
    const token = bearer.exec(request.headers.authorization ?? '')?.[1];
    if (token?.startsWith('hwk_')) {
      request.user = await (remembersKeys(context.getHandler()) ? this.remembered : this.keys).check(token);
      return request.user;
    }
    await this.login.canActivate(context);
    if (!request.user) throw new PanelError('unauthenticated', 'log in or send an API key as a bearer token');
    return request.user;
  }

  private admissionOf(handler: object): Admission | 'public' {
    let admission = this.admissions.get(handler);
    if (admission === undefined) {
      admission = admissionOf(handler) ?? {}; // nobody
      this.admissions.set(handler, admission);
    }
    return admission;
  }
}

function refusalFor(caller: Caller, { scope }: Admission): string {
  if (caller.kind === 'key' && scope !== undefined) return `this API key lacks the scope ${scope}`;
  return 'you may not do this';
}
