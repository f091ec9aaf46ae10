export { BenchEngine, type EngineOptions, type StartJobs } from './bench-engine.js';
export { BenchWorker, type WorkerOptions } from './bench-worker.js';
export { parkJobs } from './parked-jobs.js';
export { ServiceJobs } from './service-jobs.js';
export { ServiceSupply, type SuppliedPart } from './service-supply.js';
export { insertJobs, type NewJob } from './start.js';
export { graphCriticalSteps, providerMs, stepNames, type Hooks, type WorkloadName } from './workloads.js';
