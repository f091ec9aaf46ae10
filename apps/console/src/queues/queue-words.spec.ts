import { describe, expect, it } from '@jest/globals';
import { isTaskQueue, placeOf, queueLabels, queueShown, type QueueName } from './queue-words.js';

describe('queues', () => {
  it('are shown as the address says, and the first one otherwise', () => {
    expect(queueShown({ queue: 'emails' })).toEqual({ queue: 'emails' });
    for (const queue of ['toString', '', 7, undefined]) expect(queueShown({ queue })).toEqual({});
  });

  it('are looked after here, or lead to where what failed is', () => {
    for (const queue of Object.keys(queueLabels) as QueueName[])
      expect([queue, placeOf(queue, { id: '7' }) === undefined]).toEqual([queue, isTaskQueue(queue)]);
    expect(placeOf('provisioning', { id: '7' })).toBe('/app/jobs/7');
    expect(placeOf('webhooks', { id: '7', result: { webhookId: '3' } })).toBe('/app/webhooks/3/deliveries/7');
    expect(placeOf('webhooks', { id: '7', result: { webhookId: '../3' } })).toBe('/app/webhooks');
  });
});
