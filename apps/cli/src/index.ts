export { runCommandLine } from './command-line/index.js';
export { commands } from './commands/index.js';
