export * from './audit.controller.js';
