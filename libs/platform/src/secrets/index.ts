export { Vault } from './vault.js';
export { JsonVault } from './json-vault.js';
export type { Sealed } from './secret-json.js';
