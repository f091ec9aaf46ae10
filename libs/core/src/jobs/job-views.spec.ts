import { describe, expect, it } from '@jest/globals';
import { eventForCustomer } from './job-views.js';

const anEvent = (type: string, message: string) => ({
  number: 1,
  at: new Date(0),
  type,
  stepKey: null,
  step: 1,
  total: 3,
  percentage: 33,
  message,
});

describe('what a customer reads while a service is built', () => {
  it.each(['waiting', 'rollback', 'attention', 'error'])('holds nothing of what the provider said in an event of type %s', (type) => {
    expect(eventForCustomer(anEvent(type, 'node7.internal refused the token')).message).not.toContain('node7');
  });

  it('names the step that is being done', () => {
    expect(eventForCustomer(anEvent('progress', 'publish DNS')).message).toBe('publish DNS');
    expect(eventForCustomer(anEvent('progress', 'register for failover: not needed, node7 is alone')).message).toBe(
      'register for failover: not needed',
    );
    expect(eventForCustomer(anEvent('progress', 'listBackups: accepted')).message).toBe('accepted');
  });
});
