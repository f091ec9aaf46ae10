export { createApi } from './api.js';
export type { ApiOptions } from './api.module.js';
export { ProcessMetrics, Readiness, type ReadinessCheck } from './health/index.js';
