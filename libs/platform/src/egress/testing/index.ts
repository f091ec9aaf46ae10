export { FarSide } from './far-side.js';
