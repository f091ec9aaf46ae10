import { operation, type Operation } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import { WhmClient } from '../client.js';
import type { NewPassword } from './shapes.js';

export const changePassword: Operation<NewPassword> = operation({
  steps: ['change password'],
  async run({ ctx, server, properties: made, password, step }) {
    // Set twice it is the same password.
    await step('change password', {
      run: async () => {
        await new Accounts(ctx, server).get(made);
        await new WhmClient(ctx, server).changePassword(made.username, password.$secret);
      },
    });
  },
});
