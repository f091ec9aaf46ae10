export { idealWallMs, type SiteAlone, type StepAlone } from './ideal-schedule.js';
export { Stage, type StageOptions } from './stage.js';
