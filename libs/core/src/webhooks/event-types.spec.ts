import { describe, expect, it } from '@jest/globals';
import { checkFilters, filtersFor, isWebhookFilter, webhookEventOf, webhookEventTypes } from './index.js';

const at = new Date('2030-01-31T12:00:00.250Z');
const same = (text: string) => text;

describe('what receivers are told', () => {
  it('is what its kind declares and nothing else', () => {
    const payload = { jobId: '7', serviceId: 3, operation: 'create', password: 'hunter2', nested: { token: 'x' } };
    expect(JSON.parse(webhookEventOf('service.create.completed', payload, at, same)!.body)).toEqual({
      type: 'service.create.completed',
      timestamp: '2030-01-31T12:00:00.250Z',
      data: { jobId: '7', serviceId: '3', operation: 'create' },
    });
  });

  it('has the same names whatever is missing', () => {
    expect(JSON.parse(webhookEventOf('job.failed', { reason: { odd: true } }, at, same)!.body).data).toEqual({
      jobId: null,
      serviceId: null,
      operation: null,
      reason: null,
    });
  });

  it('holds no secret that somebody wrote into a text', () => {
    const clean = (text: string) => text.replaceAll('hunter2', '***');
    const { body } = webhookEventOf('operator_task.opened', { taskId: '1', title: 'the password hunter2 was refused' }, at, clean)!;
    expect(JSON.parse(body).data.title).toBe('the password *** was refused');
  });

  it('is nothing of events that are not declared', () => {
    for (const type of ['secret.made', 'service', 'constructor', '__proto__', 'service.a.b.completed'])
      expect(webhookEventOf(type, {}, at, same)).toBeUndefined();
  });

  it('includes operations that an extension adds', () => {
    expect(JSON.parse(webhookEventOf('service.restoreBackup.completed', { serviceId: '3' }, at, same)!.body).data.serviceId).toBe('3');
  });
});

describe('filters', () => {
  it('let a type pass by its name, what it begins with, or all', () => {
    expect(filtersFor('service.create.completed')).toEqual(['*', 'service.*', 'service.create.*', 'service.create.completed']);
  });

  it('are refused when no event passes them', () => {
    for (const { type } of webhookEventTypes) expect(isWebhookFilter(type)).toBe(true);
    for (const filter of ['', 'job', 'job.', 'job.*.*', 'jobs.*', 'service.create', '**', 'webhook.test', 'constructor'])
      expect(() => checkFilters(['*', filter])).toThrow(expect.objectContaining({ code: 'invalid_input', field: 'events' }));
    expect(() => checkFilters([])).toThrow(expect.objectContaining({ field: 'events' }));
    expect(checkFilters(['job.*', 'job.*'])).toEqual(['job.*']);
  });
});
