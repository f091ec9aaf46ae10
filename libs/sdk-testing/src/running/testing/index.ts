export { anOperation, Provider, run, twoMachines, unknown, type Arguments } from './machines.js';
