export { describeProvisioning } from './describe-provisioning.js';
export type { ConformanceCase, LifeStep } from './case.js';
