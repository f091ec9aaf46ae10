import { operation, type Operation } from '@hostwright/sdk';
import type { CheckNames, Install, Uninstall } from './shapes.js';

export const checkNames: Operation<CheckNames> = operation({
  steps: ['ask proxy'],
  async run({ ctx, properties: { privateIp }, certificate: { names }, step }) {
    await step('ask proxy', ctx.proxy.checkNames({ forwardHost: privateIp, names }));
  },
});

/** The proxy serves the site under its name and under the customer's domains: it knows which of them are among the certificate's. */
export const installCertificate: Operation<Install> = operation({
  steps: ['install on proxy'],
  async run({ ctx, properties: { privateIp }, certificate, step }) {
    await step('install on proxy', ctx.proxy.installCertificate({ forwardHost: privateIp, certificate }));
  },
});

export const removeCertificate: Operation<Uninstall> = operation({
  steps: ['remove from proxy'],
  async run({ ctx, properties: { privateIp }, certificate, step }) {
    await step('remove from proxy', ctx.proxy.removeCertificate({ forwardHost: privateIp, certificate }));
  },
});
