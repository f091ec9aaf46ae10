import type { Fields } from '@hostwright/sdk';
import type { ModuleCatalog } from '../servers/index.js';

/** What an order is asked by the modules of these extensions, which deliver its product's components. */
export function orderFieldsOf(extensions: readonly string[], modules: ModuleCatalog): Fields {
  return Object.assign({}, ...extensions.map((extension) => modules.find(extension, 'provisioning')?.order ?? {})) as Fields;
}
