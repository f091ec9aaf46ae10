export * from './followed-job.js';
export * from './jobs-room.js';
export * from './job-room.js';
export * from './job-actions.js';
export * from './job-progress.js';
export * from './job-words.js';
export * from './skip-button.js';
export * from './use-job.js';
