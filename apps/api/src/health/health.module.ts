import { Module } from '@nestjs/common';
import { JobsApiModule } from '../jobs/index.js';
import { HealthController } from './health.controller.js';
import { MetricsController } from './metrics.controller.js';
import { HttpMetrics } from './http-metrics.js';

@Module({ imports: [JobsApiModule], controllers: [HealthController, MetricsController], providers: [HttpMetrics], exports: [HttpMetrics] })
export class HealthModule {}
