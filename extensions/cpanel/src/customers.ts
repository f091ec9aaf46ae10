import { absent, done, pending, type Found, type Polled } from '@hostwright/sdk';
import type { WhmClient } from './client.js';
import { isNo } from './refusal.js';

/** A customer's account of a reseller, as it was when his accounts were asked after. */
export type Customer = { readonly username: string; readonly madeAt?: number };

/** The accounts of a reseller's customers, for their end. Touches none that went to another owner since, or is a later one of the name. */
export class Customers {
  constructor(
    private readonly whm: WhmClient,
    private readonly reseller: string,
  ) {}

  async list(): Promise<readonly Customer[]> {
    const owned = await this.whm.listAccounts(this.reseller);
    return owned.flatMap(({ user, madeAt }) =>
      user === this.reseller ? [] : [{ username: user, ...(madeAt === undefined ? {} : { madeAt }) }],
    );
  }

  async findRemoved({ username, madeAt }: Customer): Promise<Found<undefined, undefined>> {
    const account = await this.whm.findAccount(username);
    return account?.owner === this.reseller && account.madeAt === madeAt ? absent : done();
  }

  async remove(customer: Customer): Promise<undefined> {
    await unlessDone(this.whm.removeAccount(customer.username, false), () => this.findRemoved(customer));
  }

  async removedState(customer: Customer): Promise<Polled<undefined, undefined>> {
    const found = await this.findRemoved(customer);
    return found.state === 'done' ? found : pending();
  }
}

/** What is so already may be refused, in words that are not known: after a no it counts how things stand. */
export async function unlessDone(asked: Promise<void>, look: () => Promise<Found<undefined, undefined>>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!isNo(error) || (await look()).state !== 'done') throw error;
  }
}

/** For a message, and not at any length. */
export function namesOf(customers: readonly Customer[]): string {
  return customers
    .map(({ username }) => username)
    .join(', ')
    .slice(0, 500);
}
