export * from './pve-route.js';
export * from './cluster-routes.js';
export * from './container-routes.js';
export * from './power-routes.js';
export * from './snapshot-routes.js';
export * from './task-routes.js';
export * from './ha-routes.js';
export * from './pool-routes.js';
