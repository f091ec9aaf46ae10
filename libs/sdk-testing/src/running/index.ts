export * from './run-operation.js';
export { TestJournal, type JournalRow } from './journal.js';
export type { Surroundings } from './replay.js';
