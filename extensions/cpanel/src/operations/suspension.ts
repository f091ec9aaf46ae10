import { operation, type Operation } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import type { Later } from './shapes.js';

export const suspend: Operation<Later> = operation({
  steps: ['suspend account'],
  async run({ ctx, server, properties: made, step }) {
    const accounts = new Accounts(ctx, server);
    await step('suspend account', {
      strength: 'unique',
      claim: made.username,
      find: () => accounts.findSuspended(made, made.account, true),
      run: () => accounts.suspend(made, made.account),
    });
  },
});

export const unsuspend: Operation<Later> = operation({
  steps: ['unsuspend account'],
  async run({ ctx, server, properties: made, step }) {
    const accounts = new Accounts(ctx, server);
    await step('unsuspend account', {
      strength: 'unique',
      claim: made.username,
      find: () => accounts.findSuspended(made, made.account, false),
      run: () => accounts.unsuspend(made, made.account),
    });
  },
});
