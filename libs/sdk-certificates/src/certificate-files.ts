import { PanelError, secret, type ServiceFile, type ServiceFiles } from '@hostwright/sdk';
import type { CertificateValues } from './certificate-fields.js';

/**
 * What the customer takes to his own server: certificate, chain, both in one, and the key that belongs to them.
 * Throws `conflict` while nothing is issued.
 */
export function certificateFiles({ names = '', certificate, chain, privateKey, namesShown }: Partial<CertificateValues>): ServiceFiles {
  if (!certificate) throw new PanelError('conflict', 'no certificate has been issued yet');
  const name = (names.split(', ')[0] ?? '').replace('*', 'wildcard') || 'certificate';
  const file = (ending: string, text: string): ServiceFile => ({ name: `${name}.${ending}`, content: text });
  const files = [
    file('crt', certificate),
    ...(chain ? [file('chain.pem', chain), file('fullchain.pem', `${certificate.trimEnd()}\n${chain}`)] : []),
  ];
  if (!privateKey) return { files, note: 'The key is your own: it has never been here.' };
  if (!namesShown)
    return {
      files,
      note: 'Its key is not handed out, as nothing says that the names were shown to be yours. Have it issued again with a new key.',
    };
  return { files: [...files, { name: `${name}.key`, content: secret(privateKey.$secret) }] };
}
