export { bundle, criticalPathMs, type BundlePart } from './graph.js';
export { bundleProgram, extensionFor, suppliedParts } from './modules.js';
