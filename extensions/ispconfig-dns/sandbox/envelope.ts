import type { Json } from '@hostwright/sdk';
import { json, type SandboxAnswer } from '@hostwright/sdk-testing';

/** ISPConfig's envelope: 200 whatever happened. Source: ISPConfig 3 @ 47fb178, `interface/web/remote/json.php`. */
export function success(response: Json): SandboxAnswer {
  return json(200, { code: 'ok', message: '', response });
}

export function fault(message: string, code = 'remote_fault'): SandboxAnswer {
  return json(200, { code, message, response: false });
}

/** A call that ISPConfig refuses; its message becomes the fault. */
export class Fault extends Error {
  override readonly name = 'Fault';
}

export const messages = {
  badLogin: 'The login failed. Username or password wrong.',
  session: 'The Session is expired or does not exist.',
  noSession: 'The SessionID is empty.',
  noRight: 'You do not have the permissions to access this function.',
  noDomain: 'There is no domain ID with informed domain name.',
  maintenance: 'The ISPConfig interface is in maintenance mode, please try again later.',
} as const;

/** Every refused field of a form: language keys, or texts where the language file is loaded, each ended by a line break in HTML. */
export function refusedFields(keys: readonly string[], withTexts: boolean): Fault {
  return new Fault(keys.map((key) => `${withTexts ? (texts[key] ?? key) : key}<br />\r\n`).join(''));
}

const texts: Readonly<Record<string, string>> = {
  origin_error_unique: 'There is already a record for this zone.',
  origin_error_regex: 'Zone (SOA) has an invalid format.',
  ns_error_regex: 'NS has an invalid format.',
  mbox_error_regex: 'Email format invalid.',
  ttl_range_error: 'Min. TTL time is 60 seconds.',
  name_error_regex: 'The hostname has the wrong format.',
  data_error_empty: 'Record content empty.',
  data_error_regex: 'Record content has the wrong format.',
  data_error_duplicate: 'Duplicate A, ALIAS or CNAME record',
};
