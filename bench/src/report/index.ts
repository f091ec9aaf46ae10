export { lineOf, type Goal, type Line, type Run, type Sample, type Subject } from './line.js';
export { tableOf, tally } from './table.js';
