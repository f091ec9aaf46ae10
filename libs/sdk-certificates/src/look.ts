import { isPanelError, troubled, type Troubled } from '@hostwright/sdk';

/** One look of many: what goes wrong with it is no trouble to the others, unless the authority wants to be left alone (`unavailable`). */
export async function byItself<Answer>(look: Promise<Answer>): Promise<Answer | Troubled> {
  try {
    return await look;
  } catch (error) {
    if (!isPanelError(error) || error.code === 'unavailable') throw error;
    return troubled(error);
  }
}
