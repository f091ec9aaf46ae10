import { QuietLine } from '@hostwright/platform';

/** The one line per interval that says that the queues cannot be reached, whichever worker noticed. */
export class QueueTrouble extends QuietLine {}
