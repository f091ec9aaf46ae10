export { Vault } from './vault.js';
export { JsonVault } from './json-vault.js';
export type { Sealed, Wiped } from './secret-json.js';
