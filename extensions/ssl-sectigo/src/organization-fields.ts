import type { Organization } from '@hostwright/sdk-certificates';

/**
 * An organization as AutoApplySSL takes it. With EV also where it is registered; that is asked for nowhere else, so it is where it works.
 * Source: docs.sectigo.com/sps/auto-apply-ssl, "Request".
 */
export function organizationFields(
  { name, companyNumber, street, postalCode, city, region, country, contact }: Organization,
  extended: boolean,
): Readonly<Record<string, string>> {
  return {
    organizationName: name,
    ...(companyNumber === undefined ? {} : { companyNumber }),
    streetAddress1: street,
    postalCode,
    localityName: city,
    stateOrProvinceName: region,
    countryName: country,
    appRepForename: contact.firstName,
    appRepSurname: contact.lastName,
    appRepTitle: contact.title,
    appRepEmailAddress: contact.email,
    appRepTelephone: contact.phone,
    isAppRepValidated: 'N',
    ...(extended ? { joiLocalityName: city, joiStateOrProvinceName: region, joiCountryName: country } : {}),
  };
}
