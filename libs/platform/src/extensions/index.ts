export * from './extension-loader.js';
export type { ModuleKind } from './extension-shape.js';
