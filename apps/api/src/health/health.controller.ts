import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiServiceUnavailableResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Clock, ModuleCatalog } from '@hostwright/core';
import { onceEvery } from '@hostwright/platform';
import { ApiLog, Public, Shows } from '../http/index.js';
import { notLoaded, Readiness } from './readiness.js';

export class HealthAnswer {
  @Shows('text', { enum: ['ok'] }) readonly status: 'ok';
  @Shows('time') readonly timestamp: string;
}

export class ReadyAnswer {
  @Shows('text', { enum: ['ready', 'not_ready'] }) readonly status: string;
  @Shows('values', { description: 'What the panel needs → `ok` or `failed`; the log has the reasons' }) readonly checks: Readonly<
    Record<string, string>
  >;
  @Shows('texts', { description: 'Extensions that could not be loaded; the panel runs without them' })
  readonly extensionsNotLoaded: readonly string[];
}

@ApiTags('health')
@Controller()
export class HealthController {
  private readonly complain = onceEvery(30_000);

  constructor(
    private readonly readiness: Readiness,
    private readonly catalog: ModuleCatalog,
    private readonly clock: Clock,
    private readonly log: ApiLog,
  ) {}

  @Get('health')
  @Public()
  @ApiOperation({ summary: 'The process is alive' })
  @ApiOkResponse({ type: HealthAnswer })
  health(): HealthAnswer {
    return { status: 'ok', timestamp: this.clock.now().toISOString() };
  }

  @Get('ready')
  @Public()
  @ApiOperation({ summary: 'The process can serve: database, schema and queue are there' })
  @ApiOkResponse({ type: ReadyAnswer })
  @ApiServiceUnavailableResponse({ type: ReadyAnswer })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyAnswer> {
    const results = [...(await this.readiness.look())];
    const failed = results.filter(([, reason]) => reason !== undefined);
    if (failed.length > 0) {
      void reply.status(503);
      const reasons = Object.fromEntries(failed.map(([name, reason]) => [name, reason instanceof Error ? reason.message : String(reason)]));
      this.complain(() => this.log.warn('not ready', reasons));
    }
    return {
      status: failed.length > 0 ? 'not_ready' : 'ready',
      checks: Object.fromEntries(results.map(([name, reason]) => [name, reason === undefined ? 'ok' : 'failed'])),
      extensionsNotLoaded: notLoaded(this.catalog.list()),
    };
  }
}
