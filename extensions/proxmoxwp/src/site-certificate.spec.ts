import { describe, expect, it } from '@jest/globals';
import { secret } from '@hostwright/sdk';
import { runOperation, testCtx } from '@hostwright/sdk-testing';
import { provisioning } from './provisioning.js';

const files = { names: ['shop.example'], certificate: 'cert', chain: '', privateKey: secret('key') };
const args = { ctx: testCtx(), properties: { privateIp: '192.168.1.105', hostname: 'customer.example.net' }, certificate: files } as never;

describe('a certificate for a site', () => {
  it('is installed by the proxy that serves it, on whichever of its names the certificate is for', async () => {
    const { asked } = await runOperation(provisioning.installCertificate!, args);
    expect([...asked.values()]).toEqual([
      { kind: 'proxy', operation: 'installCertificate', input: { forwardHost: '192.168.1.105', certificate: { ...files } } },
    ]);
  });

  it('is asked for there beforehand, by its names', async () => {
    const { asked } = await runOperation(provisioning.checkNames!, args);
    expect([...asked.values()]).toEqual([
      { kind: 'proxy', operation: 'checkNames', input: { forwardHost: '192.168.1.105', names: ['shop.example'] } },
    ]);
  });

  it('is removed there', async () => {
    const { asked } = await runOperation(provisioning.removeCertificate!, args);
    expect([...asked.values()]).toMatchObject([{ kind: 'proxy', operation: 'removeCertificate', input: { forwardHost: '192.168.1.105' } }]);
  });
});
