import { describe, expect, it } from '@jest/globals';
import { addOnsOf, planOf, ratePlanOf, readKept, writeKept } from './plans.js';

describe('a plan', () => {
  it.each([
    ['PARTNERS_BIZ', 'business'],
    ['partners_business', 'business'],
    ['business', 'business'],
    ['CF_PRO_20_20', 'pro'],
    ['cf_biz', 'business'],
    ['msp_biz', 'business'],
    ['Partners_Free', 'free'],
    ['lite', undefined],
    ['pro_plus', undefined],
  ])('%s is %s: requests and answers name it otherwise, in whatever case', (ratePlan, plan) => {
    expect(planOf(ratePlan)).toBe(plan);
  });

  it('has the id of the programme', () => {
    expect([ratePlanOf('pro', 'reseller'), ratePlanOf('pro', 'pay as you go'), ratePlanOf('business', 'msp')]).toEqual([
      'PARTNERS_PRO',
      'CF_PRO_20_20',
      'msp_biz',
    ]);
  });
});

describe('add-ons', () => {
  it('are those that are chosen and those that are named, each once', () => {
    const product = { argo: true, loadBalancing: true, addOns: 'partners_zone_argo WAF_ADVANCED' };
    expect(addOnsOf(product, 'reseller')).toEqual(['partners_zone_argo', 'PARTNERS_LOAD_BALANCING', 'WAF_ADVANCED']);
    expect(addOnsOf({ argo: true }, 'msp')).toEqual(['ARGO_ZONE_BASIC']);
    expect(addOnsOf({}, 'reseller')).toEqual([]);
  });

  it('are kept as a text that is read again', () => {
    const kept = { PARTNERS_ZONE_ARGO: 'a1', WAF: 'b2' };
    expect(readKept(writeKept(kept))).toEqual(kept);
    expect(writeKept({})).not.toBe('');
    expect(readKept(writeKept({}))).toEqual({});
    expect(() => readKept('nonsense')).toThrow(/cannot be read/);
  });
});
