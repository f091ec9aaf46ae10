/*
 * What each function takes, as the contract has it. WHM ignores what it does not know; here it is a violation, so that a misspelt name is
 * found. `api.*` and `cpanel.*` are the frame's own.
 */

interface Parameters {
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

const accountSearch = ['search', 'searchtype', 'searchmethod'];

export const whmParameters: Readonly<Record<string, Parameters>> = {
  version: { required: [] },
  myprivs: { required: [] },
  listpkgs: { required: [], optional: ['want'] },
  getpkginfo: { required: ['pkg'] },
  list_users: { required: [] },
  verify_new_username: { required: ['user'] },
  createacct: {
    required: ['username'],
    optional: ['domain', 'plan', 'password', 'pass', 'contactemail', 'forcedns', 'owner', 'ownerself', 'reseller', 'quota', 'bwlimit'],
  },
  accountsummary: { required: [], optional: ['user', 'domain', ...accountSearch] },
  listaccts: { required: [], optional: [...accountSearch, 'want'] },
  listsuspended: { required: [] },
  suspendacct: { required: ['user'], optional: ['reason', 'disallowun', 'leave-ftp-accts-enabled'] },
  unsuspendacct: { required: ['user'], optional: ['retain-service-proxies'] },
  removeacct: { required: ['username'], optional: ['user', 'keepdns'] },
  changepackage: { required: ['user', 'pkg'] },
  passwd: { required: ['user', 'password'], optional: ['db_pass_update', 'digestauth', 'enabledigest'] },
  showbw: { required: [], optional: ['search', 'searchtype', 'showres', 'month', 'year'] },
  create_user_session: { required: ['user', 'service'], optional: ['app', 'locale', 'preferred_domain'] },
  setupreseller: { required: ['user'], optional: ['makeowner'] },
  unsetupreseller: { required: ['user'] },
  listacls: { required: [] },
  setacls: { required: ['reseller'], optional: ['acllist'] },
  setresellerlimits: {
    required: ['user'],
    optional: [
      'enable_account_limit',
      'account_limit',
      'enable_resource_limits',
      'diskspace_limit',
      'bandwidth_limit',
      'enable_overselling',
      'enable_overselling_diskspace',
      'enable_overselling_bandwidth',
    ],
  },
  suspendreseller: { required: ['user'], optional: ['reason', 'disallow', 'reseller-only'] },
  unsuspendreseller: { required: ['user'], optional: ['reseller-only'] },
  terminatereseller: { required: ['user', 'terminatereseller'] },
};

export const uapiParameters: Readonly<Record<string, Parameters>> = {
  'Email/list_pops': { required: [], optional: ['no_validate', 'regex', 'skip_main'] },
  'Email/add_pop': {
    required: ['email', 'password'],
    optional: ['domain', 'password_hash', 'quota', 'send_welcome_email', 'skip_update_db'],
  },
  'Mysql/get_restrictions': { required: [] },
  'Mysql/list_databases': { required: [] },
  'Mysql/list_users': { required: [] },
  'Mysql/create_database': { required: ['name'], optional: ['prefix-size'] },
  'Mysql/create_user': { required: ['name', 'password'], optional: ['prefix-size'] },
  'Mysql/set_privileges_on_database': { required: ['user', 'database'], optional: ['privileges'] },
  'SSL/installed_host': { required: [], optional: ['domain', 'verify_certificate'] },
  'SSL/install_ssl': { required: ['domain', 'cert', 'key'], optional: ['cabundle'] },
  'SSL/delete_ssl': { required: ['domain'] },
  'SSL/start_autossl_check': { required: [] },
  'SSL/is_autossl_check_in_progress': { required: [] },
  'SSL/get_autossl_problems': { required: [] },
};

/** What is missing, as WHM has it in words; undefined when nothing is. */
export function missingIn(parameters: Parameters, given: Readonly<Record<string, string>>): string | undefined {
  return parameters.required.find((name) => given[name] === undefined || given[name] === '');
}

export function unknownIn(parameters: Parameters, given: Readonly<Record<string, string>>): readonly string[] {
  const known = [...parameters.required, ...(parameters.optional ?? [])];
  return Object.keys(given).filter((name) => !known.includes(name) && !/^(?:api|cpanel)\./.test(name));
}
