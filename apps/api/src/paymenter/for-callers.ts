import { isPanelError, PanelError } from '@hostwright/sdk';

/**
 * Asks our desk for an order or another product, in words that callers may show to their customers: no name of a product, a server's
 * setting or a pool of ours is among them. Throws what `ask` throws; `invalid_config` when our configuration is at fault.
 */
export async function forCallers<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isPanelError(error)) throw error;
    // The caller named no product; our staff did.
    if (error.field === 'product')
      throw new PanelError('invalid_config', `the Paymenter configuration does not fit: ${error.message}`, { cause: error });
    // What is named with a conflict is what was to be reserved.
    if (error.code === 'conflict' && error.field !== undefined)
      throw new PanelError('conflict', 'there is no room for another one at the moment', { cause: error });
    throw error;
  }
}

const forStaff = new Set(['invalid_config', 'rejected', 'unsupported', 'not_owned', 'unknown_outcome']);

/**
 * Asks how something stands. Nobody at work on it would tell our staff of a failure, so its caller is told only that there is no answer now.
 * Throws what `ask` throws; `unavailable` for what its caller can do nothing about.
 */
export async function reading<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (isPanelError(error) && forStaff.has(error.code)) throw new PanelError('unavailable', error.message, { cause: error });
    throw error;
  }
}
