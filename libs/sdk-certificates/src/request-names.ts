import 'reflect-metadata';
import { Pkcs10CertificateRequest, SubjectAlternativeNameExtension } from '@peculiar/x509';
import { PanelError } from '@hostwright/sdk';

/**
 * The names a request of the customer's own asks for, lower case, each once: its common name, where it has one, and its alternative names.
 * Throws `invalid_input` for what is no request, and for one whose signature is not its key's.
 */
export async function requestNames(csr: string, field = 'csr'): Promise<readonly string[]> {
  const bad = (why: string, cause?: unknown): PanelError => new PanelError('invalid_input', `the request ${why}`, { field, cause });
  let request: Pkcs10CertificateRequest;
  try {
    request = new Pkcs10CertificateRequest(csr);
  } catch (error) {
    throw bad('is no certificate request in PEM', error);
  }
  if (!(await request.verify().catch(() => false))) throw bad('is not signed with its own key');
  const alternatives = request.extensions.find((one) => one instanceof SubjectAlternativeNameExtension);
  const names = alternatives?.names.items.flatMap(({ type, value }) => (type === 'dns' ? [value] : [])) ?? [];
  const asked = [...request.subjectName.getField('CN'), ...names];
  if (asked.length === 0) throw bad('names nothing');
  return [...new Set(asked.map((name) => name.toLowerCase()))];
}
