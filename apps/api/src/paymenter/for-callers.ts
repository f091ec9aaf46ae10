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
