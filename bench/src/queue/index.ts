export { DoorbellPath, type Backend, type QueueServers } from './doorbell-path.js';
export { EmptyJob } from './empty-job.js';
