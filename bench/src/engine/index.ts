export { BenchEngine, type EngineOptions, type StartJobs } from './bench-engine.js';
export { parkJobs } from './parked-jobs.js';
export { ServiceSupply } from './service-supply.js';
export { insertJobs, type NewJob } from './start.js';
export { graphCriticalSteps, providerMs, stepNames, type Hooks, type WorkloadName } from './workloads.js';
