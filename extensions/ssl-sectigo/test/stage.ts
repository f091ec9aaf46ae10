import { authorityStages } from '@hostwright/sdk-testing';
import sandbox from '../sandbox/index.js';

export type { AuthorityStage as Stage } from '@hostwright/sdk-testing';

/** Sectigo with a name server that it validates by. */
export const { aStage, run } = authorityStages(sandbox, { speed: 0.00001 });
