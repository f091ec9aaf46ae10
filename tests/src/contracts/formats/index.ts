export * from './read-contract.js';
