import { describe, expect, it } from '@jest/globals';
import { addresseeText, mailsShown, templateLabel } from './mail-words.js';

describe('mails', () => {
  it('are shown as the address says, without what it cannot name', () => {
    expect(mailsShown({ state: 'failed', serviceId: 7 })).toEqual({ state: 'failed', serviceId: '7' });
    expect(mailsShown({ state: 'constructor', serviceId: '7 OR 1=1' })).toEqual({});
  });

  it('are called what people know them as, and by their name where nobody does', () => {
    expect(templateLabel('reset-password')).toBe('Forgotten password');
    expect(templateLabel('constructor')).toBe('constructor');
    expect(templateLabel('of-another-version')).toBe('of-another-version');
  });

  it('say whom they are for', () => {
    expect(addresseeText({ to: 'a@example.com', template: 'welcome' })).toBe('a@example.com');
    for (const template of ['operator-task', 'delivered', 'support-digest']) expect(addresseeText({ to: null, template })).toBe('Support');
    expect(addresseeText({ to: null, template: 'welcome' })).toBe('Nobody known');
  });
});
