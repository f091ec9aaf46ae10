export * from './exchange.js';
export * from './file-recorder.js';
export { mostBodyCharacters } from './mask-exchange.js';
