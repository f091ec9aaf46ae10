export * from './job-history.js';
export * from './job-views.js';
export * from './operator-tasks.js';
export * from './queue-history.js';
