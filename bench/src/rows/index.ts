import type { Row } from './bench.js';
import { pickUpPostgres, pickUpRedis } from './pick-up.js';
import { workflows, workflowsAlone, workflowsIntents, workflowsPostgres, workflowsRedis } from './workflows.js';

export { Bench, type BenchOptions, type Row } from './bench.js';

export const rows: readonly Row[] = [
  workflows,
  workflowsRedis,
  workflowsPostgres,
  workflowsIntents,
  workflowsAlone,
  pickUpRedis,
  pickUpPostgres,
];
