export { nodeReachable } from './node-reachable.js';
export { containerReady } from './container-ready.js';
export { startSetup } from './start-setup.js';
export { setupState } from './setup-state.js';
export { siteAnswers } from './site-answers.js';
