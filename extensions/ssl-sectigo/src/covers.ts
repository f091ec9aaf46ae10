import { PanelError } from '@hostwright/sdk';
import type { ProductConfig } from './config.js';

/**
 * Whether the product is for such names. Sectigo would refuse it too (`-5`, `-6`), in words that name no field.
 * Throws `invalid_input`.
 */
export function checkCovers(covers: ProductConfig['covers'], names: readonly string[]): void {
  const wildcards = names.filter((name) => name.startsWith('*.')).length;
  if (covers === 'one name' && wildcards > 0) throw wrong('this product is for a name without a wildcard');
  if (covers === 'one wildcard' && wildcards !== 1) throw wrong('this product is for a wildcard, such as *.example.com');
}

function wrong(message: string): PanelError {
  return new PanelError('invalid_input', message, { field: 'order.names' });
}
