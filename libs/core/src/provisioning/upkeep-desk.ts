/** Starts what modules want done by itself when its time has come, such as the reissue of a certificate. */
export abstract class UpkeepDesk {
  /**
   * Asks for the upkeep of at most so many services that are due, active and have nothing under way, in one transaction. One that was asked
   * for within a day, whatever came of it, is left alone. Answers how many were found.
   */
  abstract requestDue(most: number): Promise<number>;
}
