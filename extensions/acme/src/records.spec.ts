import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JsonObject, SubOperation, ValidationRecord } from '@hostwright/sdk';
import { failureOf, TestJournal, type Run } from '@hostwright/sdk-testing';
import { noPebble } from '../sandbox/pebble.js';
import { newKey, PebbleStage } from '../test/stage.js';
import { certificate } from './certificate.js';
import { provisioning } from './provisioning.js';

const namesOf = (pem: unknown) => new X509Certificate(pem as string).subjectAltName;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

(noPebble ? describe.skip : describe)('records that an authority looks for once', () => {
  let stage: PebbleStage;
  beforeAll(async () => void (stage = await PebbleStage.start()));
  afterAll(() => stage.stop());

  const looks = (name: string) => stage.names.asked().filter((one) => one === `TXT _acme-challenge.${name}`).length;

  it('are told of when they stand, however long the provider of the dns module takes to show them', async () => {
    const late = ({ ...call }: SubOperation<unknown>): undefined => void setTimeout(() => stage.dns.answer(call), 300);
    const { output } = await stage.obtain(['late.example.net', '*.late.example.net'], { answer: late });
    expect(namesOf(output.certificate)).toBe('DNS:late.example.net, DNS:*.late.example.net');
  });

  it('are told of when the customer has made them, where that is his business', async () => {
    const journal = new TestJournal();
    const created = stage.run(
      provisioning.create,
      { product: { keyType: 'ecdsa-p256', validation: 'by the customer', install: false }, order: { names: 'hand.example.net' } },
      { journal },
    );
    while (looks('hand.example.net') < 60) await pause(20);
    const [record] = journal.find('read validation')!.output as unknown as readonly ValidationRecord[];
    stage.names.set(record!.name, record!.type, [record!.content]);
    const { output, asked } = (await created) as unknown as Run<JsonObject>;
    expect([namesOf(output['certificate']), asked.size]).toEqual(['DNS:hand.example.net', 0]);
  });

  it('are told of all the same when ours cannot be looked up from here: the authority looks from elsewhere', async () => {
    const { output } = await stage.obtain(['elsewhere.example.net'], { resolve: () => Promise.resolve([]) });
    expect(namesOf(output.certificate)).toBe('DNS:elsewhere.example.net');
  });

  it('are made where the name leads to by CNAME, over several of them, and taken away there', async () => {
    stage.names.set('_acme-challenge.alias.example.org', 'CNAME', ['alias.validation.example.net']);
    stage.names.set('alias.validation.example.net', 'CNAME', ['42.validation.example.net']);
    const { output, asked } = await stage.obtain(['alias.example.org']);
    expect(namesOf(output.certificate)).toBe('DNS:alias.example.org');
    expect([...asked.values()].map(({ operation, input }) => [operation, (input as { name: string }).name])).toEqual([
      ['ensureRecord', '42.validation.example.net'],
      ['removeRecord', '42.validation.example.net'],
    ]);
  });

  it('are those of another account when its key was changed: the one before answers for nothing any more, and stops nothing', async () => {
    const name = 'moved.example.net';
    const before = (await stage.obtain([name])).output;
    const open = await failureOf(stage.obtain(['open.example.net'], { answer: () => undefined }));
    stage.server = { ...stage.server, accountKey: newKey() };
    await open.undo();
    for (const orderId of [before.orderId, `${before.orderId}0`]) {
      await stage.run(certificate.cancel, { input: { orderId } });
      await expect(certificate.status({ ctx: stage.ctx(), server: stage.server, orderId })).rejects.toMatchObject({ code: 'not_found' });
    }
    const { output } = await stage.run(certificate.renew, { input: { orderId: before.orderId, names: [name] } });
    expect([output.orderId === before.orderId, namesOf(output.certificate)]).toEqual([false, `DNS:${name}`]);
  });

  it('of a name that leads round in a circle are made nowhere, and it is said which record to mend', async () => {
    stage.names.set('_acme-challenge.circle.example.org', 'CNAME', ['_acme-challenge.circle.example.org']);
    const failure = await failureOf(stage.obtain(['circle.example.org']));
    expect([failure.code, failure.message]).toEqual(['rejected', expect.stringContaining('mend its CNAME record')]);
    expect(stage.dns.zone.size).toBe(0);
    await failure.undo();
  });
});
