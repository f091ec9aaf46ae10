import { action } from '@hostwright/sdk';
import type { SiteProperties } from '../config.js';
import type { Later } from './shapes.js';

const hostOf = ({ hostname, privateIp }: SiteProperties) => ({ domain: hostname, forwardHost: privateIp });

export const enableProxy = action<Later>({
  label: 'Put the site online',
  shownTo: 'customer',
  steps: ['enable proxy host'],
  async run({ ctx, properties, step }) {
    await step('enable proxy host', ctx.proxy.enableHost(hostOf(properties)));
    return { enabled: true };
  },
});

export const disableProxy = action<Later>({
  label: 'Take the site offline',
  confirm: 'Nobody can reach the site until it is put online again.',
  shownTo: 'customer',
  steps: ['disable proxy host'],
  async run({ ctx, properties, step }) {
    await step('disable proxy host', ctx.proxy.disableHost(hostOf(properties)));
    return { enabled: false };
  },
});

/** What it is to become is decided by what it was when first looked at, so that a repetition does not turn it back. */
export const toggleProxy = action<Later>({
  label: 'Put the site online or take it offline',
  shownTo: 'customer',
  steps: ['read proxy host', 'switch proxy host'],
  async run({ ctx, properties, step }) {
    const host = hostOf(properties);
    const { enabled } = await step('read proxy host', ctx.proxy.readHost(host));
    await step('switch proxy host', enabled ? ctx.proxy.disableHost(host) : ctx.proxy.enableHost(host));
    return { enabled: !enabled };
  },
});
