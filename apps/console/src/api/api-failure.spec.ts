import { describe, expect, it } from '@jest/globals';
import { ApiFailure, errorText, failureIn, faultIn } from './api-failure.js';

const said = (error: object) => ({ error });

describe('the field at fault', () => {
  it('is told apart from the sentence, and is none of what is not the panel’s refusal', () => {
    const refused = (message: string) => failureIn(400, said({ code: 'invalid_input', message, field: 'order.ip' }), null);
    for (const message of ['order.ip must be an address', 'order.ip: must be an address'])
      expect(faultIn(refused(message))).toEqual({ field: 'order.ip', text: 'Must be an address.' });
    expect(faultIn(refused('nobody has it'))).toEqual({ field: 'order.ip', text: 'Nobody has it.' });
    expect(faultIn(failureIn(409, said({ code: 'conflict', message: 'no' }), null))).toBeUndefined();
    expect(faultIn(new Error('field'))).toBeUndefined();
  });
});

describe('what people read when the panel refuses', () => {
  it("is the panel's own words, as a sentence, with the field at fault", () => {
    const text = (error: object) => errorText(failureIn(409, said(error), null));
    expect(text({ code: 'conflict', message: 'job 7 is completed' })).toBe('Job 7 is completed.');
    expect(text({ code: 'invalid_input', message: 'it is too long!', field: 'resolution' })).toBe('It is too long! (resolution)');
    expect(text({ code: 'invalid_input', message: 'order.ip: is required', field: 'order.ip' })).toBe('order.ip: is required.');
  });

  it.each([
    ['1', 'in 1 second'],
    ['45', 'in 45 seconds'],
    ['600', 'in 10 minutes'],
    ['soon', 'in a while'],
    [null, 'in a while'],
  ])('says when to try again after too many attempts: Retry-After %s', (retryAfter, text) => {
    const failure = failureIn(429, said({ code: 'too_many_requests', message: 'too many' }), retryAfter);
    expect(errorText(failure)).toBe(`Too many attempts. Try again ${text}.`);
  });

  it.each([undefined, '<html>Bad gateway</html>', { error: 'text' }, said({ code: 5, message: {} }), null])(
    'shows nothing of an answer that is not the panel’s: %j',
    (body) => {
      expect(errorText(failureIn(502, body, null))).toBe('The panel answered with status 502.');
    },
  );

  it('tells an unreachable panel from a mistake in the page', () => {
    expect(errorText(new ApiFailure(0, 'unreachable', 'x'))).toContain('cannot be reached');
    expect(errorText(new TypeError('undefined is not a function'))).not.toContain('undefined');
  });
});
