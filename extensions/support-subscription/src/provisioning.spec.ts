import { describe, expect, it } from '@jest/globals';
import { runOperation, testCtx, type Run, type RunOptions } from '@hostwright/sdk-testing';
import extension from './index.js';
import { provisioning } from './provisioning.js';

const key = 'SUP-7KQ2M0XJ4WZ9B1TD';
const order = { email: 'customer@example.com', firstname: 'Ada', lastname: 'Lovelace' };
const facts = { service: { id: '7' }, server: {}, product: {}, order };
/** A clock that moves, so that what is read twice differs. */
const aCtx = (hour = 0) => testCtx({ owner: 'hw-test-7', now: () => new Date(Date.UTC(2026, 0, 1, hour++)).toISOString() });

const create = (options: RunOptions = {}) => runOperation(provisioning.create, { ctx: aCtx(), ...facts, reserved: { key } }, options);
const made = { remoteId: key, properties: { supportKey: key, issuedAt: '2026-01-01T00:00:00.000Z' } };

describe('a support key', () => {
  it('is drawn by the panel, with the order: SUP- and 16 characters A–Z and 0–9', () => {
    const { prefix, length, alphabet } = provisioning.create.reserve['key'] as { prefix: string; length: number; alphabet: string };
    expect({ prefix, length }).toEqual({ prefix: 'SUP-', length: 16 });
    expect([...alphabet].sort().join('')).toBe('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  });

  it('is left on the service for the customer to see', async () => {
    const { output, finished } = await create();
    expect(output).toEqual({ remoteId: key, supportKey: key, issuedAt: '2026-01-01T00:00:00.000Z' });
    expect(finished).toEqual(['issue key']);
    expect(Object.values(provisioning.properties).every(({ shownTo }) => shownTo === 'customer')).toBe(true);
  });

  it('is the same when the panel dies before the step is in the journal', async () => {
    expect((await create({ crashAfterCall: 'issue key' })).output).toMatchObject({ remoteId: key, supportKey: key });
  });

  it('is the same, issued at the same time, when the panel dies at any later moment', async () => {
    const first = await create();
    const again = await create({ journal: first.journal });
    expect(again.output).toEqual(first.output);
  });

  it('is never thrown away by itself once it was told to the customer', () => {
    expect(provisioning.create.onFailure).toBe('keep');
  });

  it('leaves nothing to undo when its order is withdrawn', async () => {
    const { undo } = await create();
    await undo();
    await undo();
  });
});

describe.each(['suspend', 'unsuspend', 'terminate'] as const)('to %s a support subscription', (verb) => {
  const run = (options: RunOptions = {}): Promise<Run<unknown>> =>
    runOperation(provisioning[verb]!, { ctx: aCtx(), ...facts, ...made }, options);

  it('is a job with a step of its own, and may be repeated', async () => {
    const { steps } = provisioning[verb]!;
    expect(steps).toHaveLength(1);
    expect((await run()).finished).toEqual(steps);
    expect((await run()).finished).toEqual(steps);
  });

  it('comes to its end when the panel dies in between', async () => {
    const { steps } = provisioning[verb]!;
    expect((await run({ crashAfterCall: steps[0]! })).finished).toEqual(steps);
    expect((await run({ crashAtEnd: steps[0]! })).finished).toEqual(steps);
  });
});

describe('what is said of a support key', () => {
  const inspect = (serviceState?: 'active' | 'suspended') =>
    provisioning.inspect({ ctx: aCtx(), ...facts, ...made, ...(serviceState && { serviceState }) });

  it('is that it is good while its service is active, and not while that is suspended', async () => {
    expect(await inspect('active')).toEqual({ state: 'running' });
    expect(await inspect('suspended')).toEqual({ state: 'stopped' });
  });
});

it('asks nothing of a provider: it has no server settings, no way out and no account to list', () => {
  expect(extension.provisioning).toBe(provisioning);
  expect(provisioning.server).toEqual({});
  expect([provisioning.listAccounts, provisioning.usage, provisioning.testConnection]).toEqual([undefined, undefined, undefined]);
});
