import { PanelError } from '@hostwright/sdk';

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const hostName = new RegExp(`^(?:\\*\\.)?(?:${label}\\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$`);

/**
 * The names of a certificate as an authority takes them: in lower case, each once, in the order given.
 * Throws `invalid_input` for none, more than `most`, or what is no name of a host; a wildcard is `*.example.com`.
 */
export function certificateNames(names: readonly string[], { most = 100, field = 'names' } = {}): readonly string[] {
  const plain = [...new Set(names.map((name) => name.trim().toLowerCase().replace(/\.$/, '')))];
  if (plain.length === 0) throw new PanelError('invalid_input', 'a certificate needs a name', { field });
  if (plain.length > most) throw new PanelError('invalid_input', `a certificate has at most ${most} names here`, { field });
  for (const name of plain)
    if (name.length > 253 || !hostName.test(name))
      throw new PanelError('invalid_input', `"${name.slice(0, 100)}" is no name of a host`, { field });
  return plain;
}

/** The name whose owner has to be shown: a wildcard's without its star. */
export function baseName(name: string): string {
  return name.startsWith('*.') ? name.slice(2) : name;
}
