import { PanelError } from '@hostwright/sdk';
import { loadConfig } from '@hostwright/platform/start';
import { generatePassword, openAccount, readPassword, type WantedAccount } from '../accounts/index.js';
import { UsageError, type Command } from '../command-line/index.js';
import { withDatabase } from './with-database.js';

const name = 'account create';

/** How the first staff account of an installation is made; later ones can be made through the API. */
export const accountCreateCommand: Command = {
  name,
  summary: 'Make an account that can log in, such as the first one for staff',
  details: 'Prints the password it made, unless one is given on standard input. The schema must be up to date.',
  options: {
    email: { value: 'address', required: true, summary: 'what it logs in with' },
    role: { value: 'staff|customer', required: true, summary: 'whose account it is' },
    customer: { value: 'id', summary: 'which customer; for the role customer' },
    'password-stdin': { summary: 'read the password from standard input, its first line' },
  },
  async run(given) {
    const email = given.text('email') ?? '';
    const role = given.text('role');
    const customerId = given.text('customer');
    if (role !== 'staff' && role !== 'customer') throw new UsageError('--role must be staff or customer', name);
    if (email.length > 254 || !/^[^\s@<>",;]{1,64}@[^\s@<>",;]+\.[^\s@<>",;]+$/.test(email))
      throw new UsageError('--email must be an e-mail address', name);
    if (customerId !== undefined && !/^[1-9]\d{0,17}$/.test(customerId)) throw new UsageError('--customer must be an id: digits', name);
    if ((role === 'customer') !== (customerId !== undefined))
      throw new UsageError('--customer is needed for the role customer, and only for it', name);
    const config = loadConfig();
    const generated = given.has('password-stdin') ? undefined : generatePassword();
    const password = generated ?? (await readPassword(process.stdin));
    const wanted: WantedAccount = { email, role, password, ...(customerId !== undefined && { customerId }) };
    const account = await withDatabase(config, (connectionString) => openAccount(connectionString, wanted).catch(explain));
    process.stdout.write(`Account ${account.id} for ${account.email} (${account.role}).\n`);
    if (generated !== undefined) process.stdout.write(`Password: ${generated}\n`);
  },
};

/** PostgreSQL's "undefined table". */
function explain(error: unknown): never {
  const { code, driverError } = error as { code?: unknown; driverError?: { code?: unknown } };
  if (code === '42P01' || driverError?.code === '42P01') {
    throw new PanelError('conflict', 'the database has no schema yet; run `hostwright migrate` first', { cause: error });
  }
  throw error;
}
