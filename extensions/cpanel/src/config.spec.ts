import { describe, expect, it } from '@jest/globals';
import { pem } from '../test/stage.js';
import { server } from './config.js';

const key = pem.certificateKey;
const matches = (field: 'certificate' | 'certificateChain', value: string) => new RegExp(`^(?:${server[field].pattern})$`, 'u').test(value);

describe('the form of a server', () => {
  it('takes a certificate, however its lines end, and a chain of several', () => {
    for (const one of [pem.certificate, `\n${pem.certificate}\n`, pem.certificate.replaceAll('\n', '\r\n')]) {
      expect([matches('certificate', one), matches('certificateChain', one), matches('certificateChain', `${one}\n${one}`)]).toEqual([
        true,
        true,
        true,
      ]);
    }
  });

  it.each([
    ['no PEM', 'no PEM'],
    ['a key', key],
    ['a certificate with its key', `${pem.certificate}\n${key}`],
    ['a certificate with words before it', `Bag Attributes: x\n${pem.certificate}`],
    ['one that was cut off', pem.certificate.slice(0, -10)],
  ])('refuses %s for a certificate and for a chain, before any account is begun with it', (_what, value) => {
    expect([matches('certificate', value), matches('certificateChain', value)]).toEqual([false, false]);
  });

  it('refuses a chain where the certificate alone belongs', () => {
    expect(matches('certificate', `${pem.certificate}\n${pem.certificate}`)).toBe(false);
  });
});
