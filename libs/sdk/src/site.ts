import type { CertificateFiles } from './certificate.js';
import type { Fields } from './fields.js';
import type { LaterShape } from './provisioning.js';
import type { SubOperation } from './step.js';

/** For a site that is to serve some of its names with a certificate that was obtained elsewhere. */
export interface InstallShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly input: LaterShape<S, P, O, R>['input'] & { readonly certificate: CertificateFiles };
  readonly output: undefined | void;
}

/** For one that is to say whether it serves all of some names. */
export interface NamesShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly input: LaterShape<S, P, O, R>['input'] & { readonly certificate: Pick<CertificateFiles, 'names'> };
  readonly output: undefined | void;
}

/** For one that is to serve them without it again. */
export interface UninstallShape<S extends Fields, P extends Fields, O extends Fields, R extends Fields> {
  readonly input: LaterShape<S, P, O, R>['input'] & { readonly certificate: Pick<CertificateFiles, 'names' | 'certificate'> };
  readonly output: undefined | void;
}

/** What other modules ask of the customer's site: the component, or the service, that the product or the order names. */
export interface SiteCalls {
  /**
   * Changes nothing: asked before a certificate for the names is ordered, so that none is paid for that could not be installed. A name that
   * the site does not serve: `invalid_input`, and the message says which. A wildcard is served where the name below its star is.
   */
  checkNames(certificate: Pick<CertificateFiles, 'names'>): SubOperation<undefined>;
  /** Serves the names with that certificate, in place of any before it. A name that the site does not serve: `invalid_input`. */
  installCertificate(certificate: CertificateFiles): SubOperation<undefined>;
  /** Serves them without it. Another certificate there, or none, counts as done. */
  removeCertificate(certificate: Pick<CertificateFiles, 'names' | 'certificate'>): SubOperation<undefined>;
}
