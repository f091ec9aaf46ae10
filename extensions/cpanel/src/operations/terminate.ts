import { operation, type Operation } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import { connectedRecords } from '../dns-records.js';
import type { Later } from './shapes.js';

export const terminate: Operation<Later> = operation({
  steps: ['remove account', 'withdraw DNS'],
  async run({ ctx, server: at, product: sold, properties: made, step, skip }) {
    const accounts = new Accounts(ctx, at);
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
