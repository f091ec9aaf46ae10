export { runDemo, speedIn, type DemoOptions } from './run-demo.js';
