import { describe, expect, it } from '@jest/globals';
import type { TriggerFact, TriggerState } from '@hostwright/sdk';
import { chosenItems, decide, type KnownService, type Situation } from './trigger-decision.js';
import { checkOrderValues, defaultTriggerPolicy, orderValuesOf, type OrderMapping } from './trigger-mapping.js';
import { triggerWaitMs } from './trigger-runner.js';

const mapping = (over: Partial<OrderMapping> = {}): OrderMapping => ({
  id: '1',
  serverId: '7',
  plan: 'small',
  productCode: 'basic',
  orderValues: {},
  policy: defaultTriggerPolicy,
  components: [],
  addonOf: [],
  addTo: null,
  createdAt: new Date(0),
  updatedAt: new Date(0),
  ...over,
});
const fact = (over: Partial<TriggerFact> = {}): TriggerFact => ({
  subject: 's',
  state: 'active',
  items: [{ names: ['small'], quantity: 1 }],
  customer: { email: 'a@b.example', name: null },
  values: {},
  ...over,
});
const service = (over: Partial<KnownService> = {}): KnownService => ({
  id: '9',
  state: 'active',
  desiredState: 'active',
  productCode: 'basic',
  orderValues: {},
  ...over,
});
const decided = (over: Partial<Situation> & { state?: TriggerState } = {}) => {
  const { state = 'active', ...rest } = over;
  return decide({
    fact: fact({ state }),
    chosen: [{ mapping: mapping(), quantity: 1 }],
    service: undefined,
    suspendedByUs: false,
    ...rest,
  });
};

describe('without a service', () => {
  it.each<TriggerState>(['waiting', 'overdue', 'unpaid', 'refunded', 'ended'])('nothing is ordered while it is %s', (state) => {
    expect(decided({ state })).toMatchObject({ act: 'nothing' });
  });

  it('it is ordered when it is paid', () => {
    expect(decided()).toMatchObject({ act: 'order', email: 'a@b.example' });
  });

  it('several that were bought are ordered once only where the mapping makes use of their number', () => {
    const orderValues = { seats: { from: 'quantity' } };
    expect(decided({ chosen: [{ mapping: mapping(), quantity: 3 }] })).toMatchObject({ act: 'ask' });
    expect(decided({ chosen: [{ mapping: mapping({ orderValues }), quantity: 3 }] })).toMatchObject({ act: 'order' });
  });

  it('two things that are mapped are for a person', () => {
    const chosen = ['small', 'mail'].map((plan) => ({ mapping: mapping({ plan }), quantity: 1 }));
    expect(decided({ chosen })).toMatchObject({ act: 'ask', wrong: expect.stringContaining("'small', 'mail'") });
  });
});

describe('with a service', () => {
  it.each<[TriggerState, string]>([
    ['waiting', 'nothing'],
    ['active', 'nothing'],
    ['overdue', 'nothing'],
    ['unpaid', 'suspend'],
    ['refunded', 'suspend'],
    ['ended', 'terminate'],
  ])('that runs, %s means: %s', (state, act) => {
    expect(decided({ state, service: service() })).toMatchObject({ act });
  });

  it.each<[string, Partial<Situation> & { state?: TriggerState }, string]>([
    ['being built', { state: 'unpaid', service: service({ state: 'pending' }) }, 'wait'],
    ['being built and cancelled', { state: 'ended', service: service({ state: 'pending' }) }, 'terminate'],
    ['suspended already', { state: 'unpaid', service: service({ state: 'suspended', desiredState: 'suspended' }) }, 'nothing'],
    ['suspended by us', { service: service({ state: 'suspended', desiredState: 'suspended' }), suspendedByUs: true }, 'unsuspend'],
    ['being suspended by us', { service: service({ desiredState: 'suspended' }), suspendedByUs: true }, 'wait'],
    ['suspended by staff', { service: service({ state: 'suspended', desiredState: 'suspended' }) }, 'nothing'],
    ['of another product', { service: service({ productCode: 'large' }) }, 'change'],
    ['of another product and being built', { service: service({ productCode: 'large', state: 'pending' }) }, 'wait'],
    ['ended and paid', { service: service({ state: 'terminated' }) }, 'ask'],
    ['ending and paid', { service: service({ desiredState: 'terminated' }) }, 'ask'],
    ['ended and cancelled', { state: 'ended', service: service({ state: 'terminated' }) }, 'nothing'],
    ['of a plan that is mapped no more', { state: 'ended', service: service(), chosen: [] }, 'ask'],
  ])('that is %s', (_how, situation, act) => {
    expect(decided(situation)).toMatchObject({ act });
  });
});

describe('a number', () => {
  const seats = mapping({ orderValues: { seats: { from: 'quantity' } } });

  it('that is another than was ordered is for a person, and the same is as it is', () => {
    const ordered = service({ orderValues: { seats: 2 } });
    expect(decided({ chosen: [{ mapping: seats, quantity: 2 }], service: ordered })).toMatchObject({ act: 'nothing' });
    expect(decided({ chosen: [{ mapping: seats, quantity: 3 }], service: ordered })).toMatchObject({
      act: 'ask',
      wrong: expect.stringContaining('is paid for 3'),
    });
    expect(decided({ chosen: [{ mapping: mapping(), quantity: 2 }], service: service() })).toMatchObject({ act: 'ask' });
  });

  it('is not looked at where the service was ordered before the mapping made use of it', () => {
    expect(decided({ chosen: [{ mapping: seats, quantity: 3 }], service: service() })).toMatchObject({ act: 'nothing' });
  });
});

it('a service that is resumed is looked at again only where it is not what is paid for', () => {
  const suspended = service({ state: 'suspended', desiredState: 'suspended' });
  expect(decided({ service: suspended, suspendedByUs: true })).toMatchObject({ act: 'unsuspend', more: false });
  const other = { ...suspended, productCode: 'large' };
  expect(decided({ service: other, suspendedByUs: true })).toMatchObject({ act: 'unsuspend', more: true });
});

it('a thing is mapped by the most exact of its names', () => {
  const mappings = [mapping({ plan: 'product', productCode: 'any' }), mapping({ plan: 'price', productCode: 'this' })];
  const chosen = chosenItems(
    [
      { names: ['price', 'product'], quantity: 1 },
      { names: ['other'], quantity: 1 },
    ],
    mappings,
  );
  expect(chosen.map((one) => one.mapping.productCode)).toEqual(['this']);
});

describe('order values', () => {
  const fields = {
    domain: { type: 'hostname', label: '' },
    seats: { type: 'integer', label: '' },
    backup: { type: 'boolean', label: '' },
    password: { type: 'secret', label: '' },
  } as const;

  it('are of the type that is asked for, and left out where the provider says nothing', () => {
    const wanted = {
      domain: { from: 'metadata.domain' },
      seats: { from: 'metadata.seats' },
      backup: { from: 'b' },
      password: { from: 'toString' },
    };
    expect(orderValuesOf(wanted, { 'metadata.domain': 'a.example', 'metadata.seats': '5', b: 'true' }, fields)).toEqual({
      domain: 'a.example',
      seats: 5,
      backup: true,
    });
    expect(orderValuesOf({ seats: { from: 's' } }, { s: 'many' }, fields)).toEqual({ seats: 'many' }); // for the order to refuse
  });

  it('that are secret are not the same for everybody', () => {
    expect(() => checkOrderValues({ password: { value: 'x' } }, fields)).toThrow(
      expect.objectContaining({ field: 'orderValues.password' }),
    );
  });
});

it('waits grow from 5 s to 15 min, and are as long as the provider asks for', () => {
  expect([0, 1, 4, 40].map((failures) => triggerWaitMs(failures, 1))).toEqual([5_000, 10_000, 80_000, 900_000]);
  expect(triggerWaitMs(0, 0)).toBe(2_500);
  expect(triggerWaitMs(0, 0, 600_000)).toBe(600_000);
});
