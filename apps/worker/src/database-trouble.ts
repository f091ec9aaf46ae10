import { QuietLine } from '@hostwright/platform';

/** The one line per interval that says that the database did not do what the clock asked of it. */
export class DatabaseTrouble extends QuietLine {}
