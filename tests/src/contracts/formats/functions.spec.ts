import { describe, expect, it } from '@jest/globals';
import { failuresOf, play, type Sent } from '../testing.js';

describe('a call of a function that the path names', () => {
  const functions = {
    functions: {
      suspendacct: {
        parameters: [
          { name: 'user', type: 'string', required: true },
          { name: 'leave', type: 'integer', enum: ['0', '1'] },
        ],
      },
    },
  };
  const described = { format: 'functions', file: 'schema.json', base: '/json-api', always: { 'api.version': '1' } };
  const asked = (...sent: Sent[]) => failuresOf(play({ format: 'functions', schema: functions, schemas: [described], sent }));

  it('is fine by any method, with what every call has', () => {
    expect(
      asked(
        { path: '/json-api/suspendacct?api.version=1&user=a&leave=0' },
        { method: 'POST', path: '/json-api/suspendacct?api.version=1', form: 'user=a' },
      ),
    ).toEqual([]);
  });

  it.each([
    ['/json-api/suspendacct?user=a', '"api.version" is missing'],
    ['/json-api/suspendacct?api.version=1', '"user" is missing'],
    ['/json-api/suspendacct?api.version=1&user=a&reason=b', '"reason" is not in the contract'],
    ['/json-api/suspendacct?api.version=1&user=a&leave=2', '"leave" must be one of 0, 1, not "2"'],
    ['/json-api/suspendaccount?api.version=1&user=a', 'is no operation of schema.json'],
  ])('is told of: %s', (path, complaint) => {
    expect(asked({ path })).toEqual([expect.stringContaining(complaint)]);
  });
});
