export * from './pve-caller.js';
