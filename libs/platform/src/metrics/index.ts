export { createMetrics, type Metrics, type MetricsOptions } from './metrics.js';
export { StoredMeter, type StoredMeterOptions } from './stored-meter.js';
