export * from './job.js';
export * from './requests.js';
