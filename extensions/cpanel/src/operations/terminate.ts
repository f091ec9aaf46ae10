import { operation, type Operation } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import { WhmClient } from '../client.js';
import { Customers } from '../customers.js';
import { connectedRecords } from '../dns-records.js';
import type { Later } from './shapes.js';

export const terminate: Operation<Later> = operation({
  steps: ['list customers', 'remove customer account', 'remove account', 'withdraw DNS'],
  async run({ ctx, server: at, product: sold, properties: made, step, skip }) {
    const accounts = new Accounts(ctx, at);
    const customers = new Customers(new WhmClient(ctx, at), made.username);

    /** One by one: WHM’s own call takes minutes for many, and is not to be made again when it stopped half way. */
    const removeCustomers = async () => {
      const theirs = made.account === 'hosting' ? [] : await step('list customers', { run: () => accounts.customersOf(made) });
      if (made.account === 'hosting') skip('list customers', 'it is a hosting account');
      if (theirs.length === 0) return skip('remove customer account', 'there is none');
      await Promise.all(
        theirs.map((customer) =>
          step(['remove customer account', customer.username], {
            strength: 'unique',
            permit: 'account',
            claim: customer,
            find: (claim) => customers.findRemoved(claim),
            run: (claim) => customers.remove(claim),
            until: () => customers.removedState(customer),
          }),
        ),
      );
    };
    await removeCustomers();
    // What the domain leads to goes last: nobody is sent to an account that is somebody else's by then.
    await step('remove account', {
      strength: 'unique',
      permit: 'account',
      claim: made.username,
      find: () => accounts.findRemoved(made, made.account),
      run: () => accounts.remove(made, made.account, sold.keepDns),
      until: () => accounts.removedState(made, made.account),
    });
    // As it was made: the product may have become another.
    const mailbox = made.mailbox === undefined ? {} : { mailbox: made.mailbox };
    const records = connectedRecords({ dns: made.dns, dnsTtl: sold.dnsTtl, ...mailbox }, made.domain, made.address);
    if (records.length === 0) return skip('withdraw DNS', 'cPanel kept the zone');
    await Promise.all(
      records.map(({ name, type, content }) => step(['withdraw DNS', `${type} ${name}`], ctx.dns.removeRecord({ name, type, content }))),
    );
  },
});
