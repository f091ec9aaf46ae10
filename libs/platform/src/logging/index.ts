export { masked, SecretMask } from './secret-mask.js';
export * from './logger.js';
export * from './once-every.js';
