import { describe, expect, it } from '@jest/globals';
import { originOf } from './origin.js';

describe('where a service was ordered', () => {
  it('is nothing to tell when that was the panel itself', () => {
    expect(originOf({ externalSource: null, externalId: null })).toBeUndefined();
  });

  it('is another panel, by the name it gives itself', () => {
    expect(originOf({ externalSource: 'paymenter', externalId: '12' })).toEqual({ source: 'paymenter', subject: '12' });
  });

  it('is the server of the billing system that told of it', () => {
    expect(originOf({ externalSource: 'trigger:7', externalId: 'sub_1' })).toMatchObject({ serverId: '7', subject: 'sub_1' });
    expect(originOf({ externalSource: 'trigger:x', externalId: null })).toEqual({ source: 'trigger:x', subject: '' });
  });
});
