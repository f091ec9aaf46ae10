import { operation, type Operation } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import { WhmClient } from '../client.js';
import { isInstalled, requireServed } from '../site-certificates.js';
import type { CheckNames, Install, Uninstall } from './shapes.js';

export const checkNames: Operation<CheckNames> = operation({
  steps: ['look at account'],
  async run({ ctx, server, properties: made, certificate: { names }, step }) {
    requireServed(names, made.domain);
    await step('look at account', { run: async () => void (await new Accounts(ctx, server).get(made)) });
  },
});

export const installCertificate: Operation<Install> = operation({
  steps: ['look at site', 'install on site'],
  async run({ ctx, server, properties: made, certificate: files, step }) {
    const whm = new WhmClient(ctx, server);
    const accounts = new Accounts(ctx, server);
    requireServed(files.names, made.domain);
    const before = await step('look at site', {
      run: async () => {
        await accounts.get(made);
        return { secured: await whm.hasCertificate(made.username, made.domain) };
      },
    });
    // Installed twice it is the same.
    await step('install on site', {
      run: async () => {
        await accounts.get(made);
        const { certificate, chain, privateKey } = files;
        const pem = { certificate, key: privateKey.$secret, ...(chain === '' ? {} : { chain }) };
        await whm.installCertificate(made.username, made.domain, pem);
      },
      // The key of the one before is not ours to read: without either the site would be worse off than with the new one.
      ...(before.secured
        ? { remains: () => `The new certificate of ${made.domain} stays installed: the one before cannot be put back.` }
        : {}),
      undo: async () => {
        if (before.secured || (await accounts.find(made)) === undefined) return;
        const now = await whm.installedCertificate(made.username, made.domain);
        if (now && isInstalled(files, now)) await whm.removeCertificate(made.username, made.domain);
      },
    });
  },
});

export const removeCertificate: Operation<Uninstall> = operation({
  steps: ['remove from site'],
  async run({ ctx, server, properties: made, certificate: files, step }) {
    const whm = new WhmClient(ctx, server);
    const accounts = new Accounts(ctx, server);
    await step('remove from site', {
      run: async () => {
        if ((await accounts.find(made)) === undefined) return;
        const now = await whm.installedCertificate(made.username, made.domain);
        // Another that was installed since is not ours to remove.
        if (now && isInstalled(files, now)) await whm.removeCertificate(made.username, made.domain);
      },
    });
  },
});
