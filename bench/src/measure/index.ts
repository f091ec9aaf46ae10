export { closedLoop, inTurn, type LoopOptions, type LoopResult } from './closed-loop.js';
export { disturbedAbove, meterCpu, quietMachine, residentKib, type CpuShares } from './cpu-meter.js';
export { median, percentile, rounded } from './statistics.js';
