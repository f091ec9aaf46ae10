/** Shortest text that is masked. Anything shorter would also hide ordinary words and numbers. */
export const shortestSecret = 6;

/** A line of a secret of several lines must be this long to be masked by itself, so that `-----END …` and the like stay readable. */
const shortestLine = 16;
/** A piece of base64 that short would turn up by chance. */
const shortestBase64Core = 8;

/** Every way in which a secret may appear in a text: as it is, and as it is written in JSON, in an address, in a form and in base64. */
export function formsOf(secret: string): ReadonlySet<string> {
  const forms = new Set<string>();
  addForms(forms, secret);
  const trimmed = secret.trim();
  if (trimmed !== secret) addForms(forms, trimmed);
  for (const line of secret.includes('\n') ? secret.split(/\r?\n/) : []) {
    if (line.length >= shortestLine && !line.startsWith('-----')) forms.add(line);
  }
  for (const form of forms) if (form.length < shortestSecret) forms.delete(form);
  return forms;
}

function addForms(forms: Set<string>, text: string): void {
  if (text.length < shortestSecret) return;
  forms.add(text);
  const inJson = JSON.stringify(text).slice(1, -1);
  forms.add(inJson);
  // A body of JSON that is itself a string in JSON.
  forms.add(JSON.stringify(inJson).slice(1, -1));
  for (const encoded of [encodeInAddress(text), new URLSearchParams([['', text]]).toString().slice(1)]) {
    forms.add(encoded);
    forms.add(encoded.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()));
  }
  const bytes = Buffer.from(text);
  for (const encoding of ['base64', 'base64url', 'hex'] as const) {
    const encoded = bytes.toString(encoding);
    forms.add(encoded);
    forms.add(encoded.replace(/=+$/, ''));
  }
  // Inside a longer text, as in `user:password`, base64 shifts by up to two bytes; what lies between the edges stays the same.
  for (const before of [0, 1, 2]) {
    const shifted = Buffer.concat([Buffer.alloc(before), bytes]);
    const from = before === 0 ? 0 : 4;
    const to = Math.floor(shifted.length / 3) * 4;
    if (to - from < shortestBase64Core) continue;
    forms.add(shifted.toString('base64').slice(from, to));
    forms.add(shifted.toString('base64url').slice(from, to));
  }
}

/** As `encodeURIComponent`, which throws for half a surrogate pair. */
function encodeInAddress(text: string): string {
  return encodeURIComponent(Buffer.from(text).toString());
}
