import { operation, PanelError, type Operation } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import { WhmClient } from '../client.js';
import type { ProductConfig } from '../config.js';
import { requirePackage } from '../packages.js';
import type { Change } from './shapes.js';

/** Throws `conflict`: a hosting account is not made a reseller, nor the other way round, by another package. */
export function allowChange({ from, to }: { readonly from: ProductConfig; readonly to: ProductConfig }): void {
  if (from.account === to.account) return;
  throw new PanelError('conflict', `an account of kind ${from.account} does not become one of kind ${to.account}`, { field: 'account' });
}

export const changePackage: Operation<Change> = operation({
  steps: ['check package', 'change package'],
  async run({ ctx, server, product, previous, properties: made, step }) {
    allowChange({ from: previous, to: product });
    const whm = new WhmClient(ctx, server);
    const accounts = new Accounts(ctx, server);
    await step('check package', { run: () => requirePackage(whm, product.package) });
    await step('change package', {
      strength: 'unique',
      claim: product.package,
      find: (name) => accounts.findPackage(made, name),
      run: (name) => whm.changePackage(made.username, name),
    });
  },
});
