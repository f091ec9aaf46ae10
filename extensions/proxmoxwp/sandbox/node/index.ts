export * from './pct-commands.js';
