/** Parts of a name that make its value a secret, wherever they stand in it. */
const tellingParts = ['password', 'passwd', 'passphrase', 'secret', 'token', 'apikey', 'privatekey', 'credential', 'csrf', 'signature'];
/** Words that make a value a secret when they are a whole word of its name, as in `sshKeys` or `x-auth-key`. */
const tellingWords = new Set(['pass', 'pwd', 'pw', 'key', 'keys', 'auth', 'authorization', 'cookie', 'ticket', 'session', 'otp', 'pin']);

/** True for the name of a field or header whose value looks like a password, token or key. Errs on the side of hiding. */
export function isSensitiveName(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  const joined = words.join('');
  return words.some((word) => tellingWords.has(word)) || tellingParts.some((part) => joined.includes(part));
}
