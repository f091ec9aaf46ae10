import type { SandboxAnswer, SandboxRequest } from '@hostwright/sdk-testing';

export const account = { loginName: 'reseller', loginPassword: 'Pass-Word-1' };

export type Form = ReadonlyMap<string, string>;

/** A refusal as it is thrown while a call is carried out; nothing was changed by it. */
export class Refused extends Error {
  constructor(
    readonly number: number,
    message: string,
  ) {
    super(message);
  }
}

/** How a call answers: `encoded` always, `lines` always, or as `responseFormat` says, which is lines when it says nothing. */
type Format = 'encoded' | 'lines' | 'asked';

export interface Call {
  readonly name: string;
  readonly format: Format;
  readonly needs: readonly string[];
  readonly takes: readonly string[];
}

const request = ['csr', 'serverSoftware', 'isCustomerValidated', 'dcvMethod', 'uniqueValue', 'showCertificateID'];
const several = ['domainNames', 'primaryDomainName'];
/** Source: docs.sectigo.com/sps/auto-apply-ssl, "Request". */
const organization = [
  ...['organizationName', 'companyNumber', 'streetAddress1', 'localityName', 'stateOrProvinceName', 'postalCode', 'countryName'],
  ...['appRepForename', 'appRepSurname', 'appRepTitle', 'appRepEmailAddress', 'appRepTelephone', 'isAppRepValidated'],
  ...['joiLocalityName', 'joiStateOrProvinceName', 'joiCountryName'],
];

export const calls = {
  apply: {
    name: '!AutoApplySSL',
    format: 'asked',
    needs: ['product', 'csr', 'serverSoftware', 'isCustomerValidated'],
    takes: ['days', 'years', 'foreignOrderNumber', 'test', 'dcvEmailAddress', ...request, ...several, ...organization],
  },
  replace: {
    name: '!AutoReplaceSSL',
    format: 'asked',
    needs: ['orderNumber', 'csr'],
    takes: ['exactOrder', 'dcvEmailAddress', ...request, ...several],
  },
  update: {
    name: '!AutoUpdateDCV',
    format: 'encoded',
    needs: ['orderNumber'],
    takes: ['newMethod', 'domainName', 'domainNames', 'newMethods'],
  },
  status: {
    name: '!GetDetailedOrderStatus',
    format: 'asked',
    needs: ['queryType'],
    takes: ['orderNumber', 'certificateID', 'showValidityPeriod'],
  },
  domains: { name: '!GetMDCDomainDetails', format: 'asked', needs: ['orderNumber'], takes: ['showStatusDetails'] },
  collect: {
    name: 'download/CollectSSL',
    format: 'asked',
    needs: ['queryType'],
    takes: ['orderNumber', 'certificateID', 'baseOrderNumber', 'responseType', 'responseEncoding', 'showValidityPeriod'],
  },
  reject: { name: '!AutoReject', format: 'lines', needs: ['orderNumber'], takes: ['test'] },
  refund: { name: '!AutoRefund', format: 'lines', needs: ['orderNumber', 'refundReasonCode'], takes: [] },
  revoke: {
    name: '!AutoRevokeSSL',
    format: 'asked',
    needs: [],
    takes: ['orderNumber', 'certificateID', 'serialNumber', 'revocationReason', 'codeReason', 'test'],
  },
  emails: { name: '!GetDCVEmailAddressList', format: 'lines', needs: ['domainName'], takes: [] },
} as const satisfies Record<string, Call>;

/** The parameters of a call. Throws `Refused` for the account, for what it does not know, and for what it lacks. */
export function opened(call: Call, { body }: SandboxRequest): Form {
  const form = new Map(Object.entries((body ?? {}) as Record<string, string>));
  const known = ['loginName', 'loginPassword', ...(call.format === 'asked' ? ['responseFormat'] : []), ...call.needs, ...call.takes];
  const strange = [...form.keys()].find((name) => !known.includes(name));
  if (strange !== undefined) throw new Refused(-2, `'${strange}' is an unrecognised argument!`);
  const missing = ['loginName', 'loginPassword', ...call.needs].find((name) => !form.get(name));
  if (missing !== undefined) throw new Refused(-3, `The '${missing}' argument is missing!`);
  if (form.get('loginName') !== account.loginName || form.get('loginPassword') !== account.loginPassword)
    throw new Refused(-16, 'Incorrect login details, account is locked, password has expired or your source IP is blocked.');
  return form;
}

export type Fields = readonly (readonly [name: string, value: string])[];

/** `Fields` begin with `errorCode`. In lines there are the values alone. */
export function answered(call: Call, asked: Form | undefined, fields: Fields): SandboxAnswer {
  const inLines = call.format === 'lines' || (call.format === 'asked' && asked?.get('responseFormat') !== '1');
  const body = new URLSearchParams(fields.map(([name, value]): [string, string] => [name, value]));
  return {
    status: 200,
    headers: { 'content-type': inLines ? 'text/plain' : 'application/x-www-form-urlencoded' },
    text: inLines ? `${fields.map(([, value]) => value).join('\n')}\n` : body.toString(),
  };
}

export function refused(call: Call, body: unknown, { number, message }: Refused): SandboxAnswer {
  const asked = new Map(Object.entries((body ?? {}) as Record<string, string>));
  return answered(call, asked, [
    ['errorCode', String(number)],
    ['errorMessage', message],
  ]);
}
