import { operation, PanelError, type Operation } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import { WhmClient } from '../client.js';
import type { ProductConfig } from '../config.js';
import { requirePackage } from '../packages.js';
import { limitsOf, requirePrivileges } from '../resellers.js';
import type { Change } from './shapes.js';

/** Throws `conflict`: a hosting account is not made a reseller, nor the other way round, by another package. */
export function allowChange({ from, to }: { readonly from: ProductConfig; readonly to: ProductConfig }): void {
  if (from.account === to.account) return;
  throw new PanelError('conflict', `an account of kind ${from.account} does not become one of kind ${to.account}`, { field: 'account' });
}

export const changePackage: Operation<Change> = operation({
  steps: ['check package', 'check privileges', 'change package', 'set privileges', 'set limits'],
  async run({ ctx, server, product, previous, properties: made, step, skip }) {
    allowChange({ from: previous, to: product });
    const whm = new WhmClient(ctx, server);
    const accounts = new Accounts(ctx, server);
    const isReseller = made.account === 'reseller';
    const rights = isReseller ? product.resellerPrivileges : undefined;
    const limits = isReseller ? limitsOf(product) : undefined;
    await step('check package', { run: () => requirePackage(whm, product.package) });
    if (rights === undefined) skip('check privileges', 'the product names none');
    else await step('check privileges', { run: () => requirePrivileges(whm, rights) });
    await step('change package', {
      strength: 'unique',
      claim: product.package,
      find: (name) => accounts.findPackage(made, name),
      run: (name) => whm.changePackage(made.username, name),
    });
    if (rights === undefined) skip('set privileges', 'the product names none');
    else {
      await step('set privileges', {
        run: async () => {
          await accounts.get(made);
          await whm.resellers.setPrivileges(made.username, rights);
        },
      });
    }
    // Those of the product before are lifted where this one has none.
    if (limits === undefined && (!isReseller || limitsOf(previous) === undefined)) return skip('set limits', 'the product has none');
    await step('set limits', {
      run: async () => {
        await accounts.get(made);
        await whm.resellers.limit(made.username, limits);
      },
    });
  },
});
