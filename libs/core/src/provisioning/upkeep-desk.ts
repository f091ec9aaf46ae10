/** Starts what nobody asks for, such as the reissue of a certificate when its time has come. */
export abstract class UpkeepDesk {
  /**
   * Asks for the upkeep of at most so many services that are due, active and have nothing under way, in one transaction. One that was asked
   * for within a day, whatever came of it, is left alone. Answers how many were found.
   */
  abstract requestDue(most: number): Promise<number>;

  /**
   * Asks to resume what was suspended with services that came to run on all the same, because their suspension was refused or taken back; of
   * at most so many services. Answers of how many.
   */
  abstract resumeAddons(most: number): Promise<number>;
}
