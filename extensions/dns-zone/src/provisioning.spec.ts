import { describe, expect, it } from '@jest/globals';
import type { Json, Operation, OperationShape, SubOperation } from '@hostwright/sdk';
import { failureOf, runOperation, testCtx, type Run } from '@hostwright/sdk-testing';
import extension from './index.js';
import { provisioning } from './provisioning.js';

const zone = { remoteId: '7', name: 'shop.example', nameServers: ['ns1.panel.example', 'ns2.panel.example'] };
const made = { remoteId: 'shop.example', properties: { domain: 'shop.example', nameServers: 'ns1.panel.example ns2.panel.example' } };

function run<Shape extends OperationShape>(
  operation: Operation<Shape>,
  more: object = {},
  answer?: (call: SubOperation<unknown>) => Json | undefined,
): Promise<Run<Shape['output']>> {
  const facts = { ctx: testCtx({ owner: 'hw-test-7' }), service: { id: '7' }, server: {}, product: {}, order: { domain: 'shop.example' } };
  return runOperation(operation, { ...facts, ...more } as unknown as Parameters<typeof runOperation<Shape>>[1], answer ? { answer } : {});
}

const asked = ({ asked: calls }: Pick<Run<unknown>, 'asked'>) =>
  [...calls.values()].map(({ kind, operation, input }) => [kind, operation, input]);
const { addRecord, removeRecord } = provisioning.actions!;

describe('a zone of a customer', () => {
  it('is made by the connected dns module, and remembered under its own name', async () => {
    const created = await run(provisioning.create, {}, () => zone);
    expect(asked(created)).toEqual([['dns', 'ensureZone', { name: 'shop.example' }]]);
    expect(created.output).toEqual({ remoteId: 'shop.example', ...made.properties });
  });

  it('is withdrawn when it is refused: only its owner can delegate it', () => {
    expect(provisioning.create.onRefusal).toBe('withdraw');
  });

  it('is removed whole', async () => {
    expect(asked(await run(provisioning.terminate as Operation<OperationShape>, made))).toEqual([
      ['dns', 'removeZone', { name: 'shop.example' }],
    ]);
  });
});

describe('a record in it', () => {
  const record = { name: 'WWW.shop.example.', type: 'MX', content: 'mail.example.net', ttl: 300, priority: 10 };

  it.each(['shop.example', 'www.shop.example', 'a.b.shop.example'])('may be at %s', async (name) => {
    const added = await run(addRecord!, { ...made, input: { ...record, name } }, ({ input }) => input);
    expect(asked(added)).toEqual([['dns', 'ensureRecord', { ...record, name }]]);
    expect(added.output).toMatchObject({ name, type: 'MX' });
  });

  it('is removed by what it says', async () => {
    const removed = await run(removeRecord!, { ...made, input: { name: 'www.shop.example.', type: 'A', content: '192.0.2.1' } });
    expect(asked(removed)).toEqual([['dns', 'removeRecord', { name: 'www.shop.example', type: 'A', content: '192.0.2.1' }]]);
  });

  it.each(['other.example', 'notshop.example', 'example', 'shop.example.net', 'www.shop.example.other.example', '.'])(
    'cannot be at %s, which another zone may hold',
    async (name) => {
      for (const action of [addRecord!, removeRecord!]) {
        const failure = await failureOf(run(action, { ...made, input: { ...record, name } }));
        expect([failure.code, failure.asked.size]).toEqual(['invalid_input', 0]);
      }
    },
  );

  it('may be changed by the customer', () => {
    expect([addRecord!.shownTo, removeRecord!.shownTo]).toEqual(['customer', 'customer']);
  });
});

it('asks nothing of a provider itself', async () => {
  expect(extension.provisioning).toBe(provisioning);
  expect(provisioning.server).toEqual({});
  expect(await provisioning.inspect({} as never)).toEqual({ state: 'running' });
});
