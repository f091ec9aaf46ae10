import type { Row } from './bench.js';
import { bundleWall } from './bundle.js';
import { compensation } from './compensation.js';
import { guardedGetCustomer, guardedGetService } from './guarded-get.js';
import { memoryParked, wakeUps } from './parked.js';
import { pickUpPostgres, pickUpRedis } from './pick-up.js';
import { graphAlone, graphCrowded, graphInFlight, overheadAlone, overheadInFlight } from './provider.js';
import { sickServers } from './sick-server.js';
import { sitesTogether } from './sites.js';
import { workflows, workflowsAlone, workflowsIntents, workflowsPostgres, workflowsRedis, workflowsSlowFlush } from './workflows.js';

export { peerRows } from './peers.js';
export { Bench, type BenchOptions, type Row } from './bench.js';

export const rows: readonly Row[] = [
  workflows,
  workflowsRedis,
  workflowsPostgres,
  workflowsIntents,
  workflowsAlone,
  workflowsSlowFlush,
  compensation,
  overheadAlone,
  overheadInFlight,
  graphAlone,
  graphInFlight,
  graphCrowded,
  bundleWall,
  memoryParked,
  wakeUps,
  pickUpRedis,
  pickUpPostgres,
  guardedGetService,
  guardedGetCustomer,
  sitesTogether,
  ...sickServers,
];
