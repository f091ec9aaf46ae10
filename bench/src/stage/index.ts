export { idealWallMs, type SiteAlone } from './ideal-schedule.js';
export { Stage, type StageOptions, type StepTime } from './stage.js';
