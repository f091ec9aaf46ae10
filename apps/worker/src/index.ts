export { runWorker, type RunningWorker, type EngineFactory, type EngineSurroundings } from './run-worker.js';
export { WorkerModule, type WorkerOptions } from './worker.module.js';
export { LookWork } from './look-work.js';
