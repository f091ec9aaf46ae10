import type { Row } from './bench.js';
import { workflows, workflowsAlone, workflowsIntents } from './workflows.js';

export { Bench, type BenchOptions, type Row } from './bench.js';

export const rows: readonly Row[] = [workflows, workflowsIntents, workflowsAlone];
