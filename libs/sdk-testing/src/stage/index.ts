export * from './authority-stage.js';
export * from './played-trigger.js';
