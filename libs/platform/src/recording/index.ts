export * from './exchange.js';
export * from './file-recorder.js';
export { maskedText, mostBodyCharacters } from './mask-exchange.js';
