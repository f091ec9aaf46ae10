export { sandboxFile } from './sandbox-file.js';
export { aboutSandbox, sandboxesIn, startSandbox } from './start-sandbox.js';
