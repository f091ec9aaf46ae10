export * from './queue-names.js';
export * from './doorbell.js';
export * from './queue-task.js';
export * from './task-runner.js';
export * from './due-work.js';
