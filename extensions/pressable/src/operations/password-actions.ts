import { action, leaving, PanelError, secret } from '@hostwright/sdk';
import { Sites } from '../sites.js';
import type { Later } from './shapes.js';

/*
 * Pressable makes the password and tells it once. Whenever an answer is lost another is made, and the last one counts. It is kept as a
 * secret of the service and not answered: the result of a job can be read.
 */

export const resetSftpPassword = action<Later>({
  label: 'New SFTP password',
  shownTo: 'customer',
  steps: ['find SFTP user', 'reset password'],
  async run({ ctx, server, properties: { siteId }, step }) {
    const sites = new Sites(ctx, server);
    const { username } = await step('find SFTP user', {
      run: async () => {
        await sites.demand(siteId);
        const found = await sites.client.sftpUser(siteId);
        if (found === undefined) throw new PanelError('not_found', `site ${siteId} has no SFTP user of its own`);
        return { username: found };
      },
    });
    const { password } = await step('reset password', {
      run: async () => {
        await sites.demand(siteId);
        return { password: secret(await sites.client.resetSftpPassword(siteId, username)) };
      },
    });
    return leaving({ sftpUser: username, sftpPassword: password }, { user: username });
  },
});

export const resetWordpressPassword = action<Later>({
  label: 'New WordPress administrator password',
  shownTo: 'customer',
  steps: ['reset password'],
  async run({ ctx, server, properties: { siteId }, step }) {
    const sites = new Sites(ctx, server);
    const { password } = await step('reset password', {
      run: async () => {
        await sites.demand(siteId);
        return { password: secret(await sites.client.resetWordpressPassword(siteId)) };
      },
    });
    return leaving({ wordpressPassword: password }, { changed: true });
  },
});
