import type { Organization } from '@hostwright/sdk-certificates';
import type { NewOrder } from './client.js';
import type { ServerConfig } from './config.js';

type Form = Readonly<Record<string, string>>;

/*
 * What an order is sent with. Source: gogetssl/api wiki addSSLOrder and reissueSSLOrder; gogetssl/whmcs-addon 3.0.3.
 */

/** Of an order and of a reissue. */
export function requestFields({ names, csr, once, product }: NewOrder): Form {
  // The primary name is in the request only.
  const others = names.slice(1);
  return {
    csr,
    webserver_type: product.webServer === 'DigiCert' ? '18' : '-1',
    // Sectigo allows a wildcard nothing but this and e-mail.
    dcv_method: 'dns',
    signature_hash: 'SHA2',
    ...(product.ownCode ? { unique_code: once } : {}),
    // Both must be absent for a product with one name.
    ...(others.length === 0 ? {} : { dns_names: others.join(','), approver_emails: others.map(() => 'dns').join(',') }),
  };
}

/** Who is written to: with an organization who speaks for it, else the account's own contact. */
export function contactFields({ firstName, lastName, title, email, phone }: ServerConfig, organization: Organization | undefined): Form {
  const { contact = { firstName, lastName, title, email, phone } } = organization ?? {};
  const person = {
    firstname: contact.firstName,
    lastname: contact.lastName,
    title: contact.title,
    email: contact.email,
    phone: contact.phone,
  };
  const fields = organization ? { ...person, organization: organization.name, ...addressOf(organization) } : person;
  return Object.fromEntries(['admin', 'tech'].flatMap((who) => Object.entries(fields).map(([name, value]) => [`${who}_${name}`, value])));
}

export function organizationFields(organization: Organization): Form {
  const fields = { name: organization.name, phone: organization.contact.phone, ...addressOf(organization) };
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [`org_${name}`, value]));
}

function addressOf({ street, postalCode, city, region, country }: Organization): Form {
  return { addressline1: street, postalcode: postalCode, city, region, country };
}
