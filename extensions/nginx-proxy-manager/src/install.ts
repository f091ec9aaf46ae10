import {
  absent,
  done,
  operation,
  PanelError,
  type Operation,
  type ProxyCertificate,
  type ProxyCertificateRemoval,
  type ProxyNames,
  type ProxyOperationShape,
} from '@hostwright/sdk';
import { NginxProxyManagerClient } from './client.js';
import type { server } from './config.js';
import { hostState } from './hosts.js';
import { attach, deleteInstalled, findInstalled, formOf, nameOf, putBack, requireServed, servedHosts } from './installed.js';

type Installing = ProxyOperationShape<typeof server, ProxyCertificate, undefined>;
type Checking = ProxyOperationShape<typeof server, ProxyNames, undefined>;
type Removing = ProxyOperationShape<typeof server, ProxyCertificateRemoval, undefined>;

const minuteMs = 60_000;

export const checkNames: Operation<Checking> = operation({
  steps: ['find proxy hosts'],
  async run({ ctx, server: settings, input: { forwardHost, names }, step }) {
    await step('find proxy hosts', { run: () => requireServed(new NginxProxyManagerClient(ctx, settings), ctx, forwardHost, names) });
    return undefined;
  },
});

/** The one before stays until the next comes, so that there is something to go back to. */
export const installCertificate: Operation<Installing> = operation({
  steps: [
    'find proxy hosts',
    'make certificate',
    'upload certificate',
    'attach certificate',
    'check proxy host',
    'delete older certificates',
  ],
  async run({ ctx, server: settings, input: { forwardHost, certificate: files }, step }) {
    const npm = new NginxProxyManagerClient(ctx, settings);
    const name = nameOf(ctx.owner, files.certificate);
    const hosts = await step('find proxy hosts', {
      run: async () => {
        await requireServed(npm, ctx, forwardHost, files.names);
        const found = await servedHosts(npm, ctx, forwardHost, files.names);
        if (found.length > 0) return found;
        throw new PanelError('invalid_input', `${files.names.join(', ')} are not all the names of any proxy host of ours`, {
          field: 'names',
        });
      },
    });
    const isOlder = (one: number): boolean => !hosts.some(({ before }) => before === one);
    const { id } = await step('make certificate', {
      strength: 'tagged',
      claim: name,
      find: async (wanted) => {
        const found = await findInstalled(npm, wanted);
        return found ? done({ id: found.id }) : absent;
      },
      run: async (wanted) => ({ id: (await npm.makeCertificate(wanted)).id }),
      undo: (made) => deleteInstalled(npm, ctx, (one) => one === made.id),
      sweep: (_wanted, keep) => deleteInstalled(npm, ctx, (one) => one !== keep?.id && isOlder(one)),
    });
    // Sent twice it is the same; it goes with the certificate.
    await step('upload certificate', { run: () => npm.uploadCertificate(id, formOf(files)), undo: () => Promise.resolve() });
    for (const { hostId, before, ...names } of hosts) {
      const { domain } = names;
      await step(['attach certificate', domain], {
        run: () => attach(npm, ctx, hostId, id),
        undo: () => putBack(npm, ctx, hostId, id, before),
      });
      await step(['check proxy host', domain], { giveUpAfterMs: 5 * minuteMs, until: () => hostState(npm, ctx, names, hostId) });
    }
    await step('delete older certificates', {
      run: () => deleteInstalled(npm, ctx, (one) => one !== id && isOlder(one)),
      undo: () => Promise.resolve(),
    });
    return undefined;
  },
});

export const removeCertificate: Operation<Removing> = operation({
  steps: ['put back certificate', 'delete certificate'],
  async run({ ctx, server: settings, input: { forwardHost, certificate: files }, step }) {
    const npm = new NginxProxyManagerClient(ctx, settings);
    const name = nameOf(ctx.owner, files.certificate);
    await step('put back certificate', {
      run: async () => {
        const installed = await findInstalled(npm, name);
        if (!installed) return;
        for (const { hostId } of await servedHosts(npm, ctx, forwardHost, files.names)) await putBack(npm, ctx, hostId, installed.id);
      },
    });
    await step('delete certificate', { run: () => deleteInstalled(npm, ctx) });
    return undefined;
  },
});
