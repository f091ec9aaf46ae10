import { absent, done, PanelError, type Ctx, type Found } from '@hostwright/sdk';
import type { DatabaseRules } from './answers.js';
import { WhmClient } from './client.js';
import type { ServerConfig } from './config.js';
import { isRefusal } from './refusal.js';

/** The first database of an account, and the user of the same name that may do everything there. */
export class Databases {
  private readonly whm: WhmClient;

  constructor(
    ctx: Pick<Ctx, 'fetch'>,
    server: ServerConfig,
    private readonly username: string,
  ) {
    this.whm = new WhmClient(ctx, server);
  }

  rules(): Promise<DatabaseRules> {
    return this.whm.databaseRules(this.username);
  }

  async findDatabase(name: string): Promise<Found<undefined, undefined>> {
    return (await inAccount(this.whm.databases(this.username))).some((database) => database.name === name) ? done() : absent;
  }

  createDatabase(name: string): Promise<void> {
    return this.whm.createDatabase(this.username, name);
  }

  async findUser(name: string): Promise<Found<undefined, undefined>> {
    return (await inAccount(this.whm.databaseUsers(this.username))).includes(name) ? done() : absent;
  }

  createUser(name: string, password: string): Promise<void> {
    return this.whm.createDatabaseUser(this.username, name, password);
  }

  async findGrant(name: string): Promise<Found<undefined, undefined>> {
    const database = (await inAccount(this.whm.databases(this.username))).find((each) => each.name === name);
    return database?.users.includes(name) ? done() : absent;
  }

  grant(name: string): Promise<void> {
    return this.whm.grantDatabase(this.username, name, name);
  }
}

/** What there is of something in an account: where that is gone, as when its creation was undone, nothing is. */
export async function inAccount<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await asked;
  } catch (error) {
    if (isRefusal(error, 'not_found')) return [];
    throw error;
  }
}

/**
 * Both names in full. Where the server puts no prefix before them they begin with the user name all the same: without one they are those of
 * the whole server. Throws `invalid_config` when it takes none so long.
 */
export function databaseName(rules: DatabaseRules, username: string, wanted: string): string {
  const name = `${rules.prefix === '' ? `${username}_` : rules.prefix}${wanted}`;
  const longest = Math.min(rules.maxDatabaseLength, rules.maxUserLength);
  if (name.length <= longest) return name;
  throw new PanelError('invalid_config', `the server takes database users of ${longest} characters at most, and ${name} is longer`, {
    field: 'database',
  });
}
