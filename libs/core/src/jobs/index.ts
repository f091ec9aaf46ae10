export * from './customer-job.js';
export * from './failed-work.js';
export * from './job-directory.js';
export * from './job-history.js';
export * from './job-views.js';
export * from './jobs.module.js';
export * from './operator-tasks.js';
export * from './queue-history.js';
