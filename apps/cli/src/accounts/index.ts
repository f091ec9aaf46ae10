export { openAccount, type WantedAccount } from './open-account.js';
export { generatePassword, readPassword } from './passwords.js';
