export { root, startApp, startProgram, type ChildProgram } from './app-process.js';
