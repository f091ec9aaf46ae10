import { describe, expect, it } from '@jest/globals';
import { placeOfTask } from './task-words.js';

const place = (kind: string, stepKey = '') => placeOfTask({ kind, stepKey })?.to;

describe('where what a task is about is looked after', () => {
  it('is the events of a subject, whatever its name', () => {
    expect(placeOfTask({ kind: 'trigger_failed', stepKey: 'trigger:7:sub & co: 1?' })).toMatchObject({
      to: '/app/triggers',
      search: { serverId: '7', subject: 'sub & co: 1?' },
    });
  });

  it('is the webhook or the findings', () => {
    expect(place('webhook_disabled', 'webhook:3')).toBe('/app/webhooks/3');
    expect(place('reconcile')).toBe('/app/findings');
  });

  it('is nowhere but at the job where that has it', () => {
    expect(place('decide', 'site / order it')).toBeUndefined();
    expect(place('trigger_failed', 'trigger:x:y')).toBeUndefined();
  });
});
