import { describe, expect, it } from '@jest/globals';
import { isFine, reportOf } from './report.js';
import { check, failuresOf, lineOf, play, type Play } from './testing.js';

const newer = { operations: { rules: { method: 'GET', path: '/rules' }, both: { method: 'GET', path: '/both' } } };
const older = {
  operations: {
    groups: { method: 'GET', path: '/groups', params: { type: 'object', properties: { id: { type: 'string' } } } },
    both: { method: 'GET', path: '/both', params: { type: 'object', properties: { id: { type: 'string' } } } },
  },
};

describe('an extension is checked', () => {
  it('against each of its schemas, of which one must take the request', () => {
    const findings = play({
      format: 'operations',
      schema: newer,
      schemas: ['schema.json', 'older.json'].map((file) => ({ format: 'operations', file, base: '' })),
      files: { 'contracts/older.json': JSON.stringify(older) },
      sent: [{ path: '/rules' }, { path: '/groups?id=5' }, { path: '/both?id=5' }, { path: '/both?name=5' }],
    });
    expect(failuresOf(findings)).toEqual(['GET /both: "name" is not in the contract']);
  });

  it('and each failure is counted once, with where it was seen', () => {
    const findings = play({
      format: 'operations',
      schema: newer,
      sent: [{ path: '/both?x=1' }, { path: '/both?x=1' }, { path: '/both?x=2' }],
    });
    expect(findings).toMatchObject([
      { verdict: { requests: 3, different: 2, failures: [{ operation: 'GET /both', times: 3, seenIn: 'one' }] } },
    ]);
    expect(isFine(findings)).toBe(false);
    expect(reportOf(findings)).toContain('FAILED   example: 3 requests (2 different) of 1 operations, 1 failures');
  });

  describe('with additions', () => {
    const additions: Play['additions'] = [
      { request: 'GET /both', field: 'id', reason: 'only the text has it' },
      { request: 'GET /things/{id}', reason: 'trimmed away' },
      { request: 'POST /things', reason: 'never sent' },
    ];
    const sent = [{ path: '/both?id=5' }, { path: '/things/7' }, { path: '/things/8' }];

    it('that let pass what they name, and say so', () => {
      const findings = play({ format: 'operations', schema: newer, sent, additions });
      expect(failuresOf(findings)).toEqual([]);
      const report = reportOf(findings);
      expect(report).toContain('let pass 1 times: "id" of GET /both: only the text has it');
      expect(report).toContain('let pass 2 times: GET /things/{id}: trimmed away');
      expect(report).toContain('not needed by these tests: the addition POST /things');
    });

    it('that name a request and its fields, which then has no others', () => {
      const form = (text: string) => ({ method: 'POST', path: '/token', form: text });
      const named: Play['additions'] = [
        { request: 'POST /token', reason: 'of another server' },
        { request: 'POST /token', field: 'grant_type', reason: 'RFC 6749' },
      ];
      const told = (...texts: string[]) =>
        failuresOf(play({ format: 'operations', schema: newer, sent: texts.map(form), additions: named }));
      expect(told('grant_type=client_credentials')).toEqual([]);
      expect(told('grant_type=client_credentials&scope=all')).toEqual(['POST /token: "scope" is not in the contract']);
    });

    it('to a function that any method calls, which are named with one of them', () => {
      const schema = { functions: { list: { parameters: [] } } };
      const named = [{ request: 'GET /list', field: 'page.size', reason: 'only the text has it' }];
      const told = (path: string) => failuresOf(play({ format: 'functions', schema, sent: [{ path }], additions: named }));
      expect(told('/list?page.size=5')).toEqual([]);
      expect(told('/list?page.from=5')).toEqual(['any method /list: "page.from" is not in the contract']);
    });

    it('that let nothing else pass', () => {
      const wrong = [{ path: '/both?id=5&x=1' }, { path: '/things' }, { path: '/things/7?any=1' }, { path: '/things/7', json: {} }];
      expect(failuresOf(play({ format: 'operations', schema: newer, sent: wrong, additions }))).toEqual([
        'GET /both: "x" is not in the contract',
        'GET /things: is no operation of schema.json',
        'GET /things/{id}: "any" is not in the contract',
        'GET /things/{id}: "body" must not be there',
      ]);
    });
  });

  describe('against what was written by hand', () => {
    const written = {
      operations: {
        add: { method: 'POST', path: '/?add', quote: '`add` takes `name`', params: { type: 'object', properties: { name: {}, size: {} } } },
      },
    };
    const against = (readme: string, document: unknown = written) =>
      play({
        format: 'operations',
        schema: {},
        schemas: [{ format: 'operations', file: 'own.json', from: 'README.md', base: '' }],
        files: { 'contracts/README.md': readme, 'extensions/example/own.json': JSON.stringify(document) },
        sent: [{ method: 'POST', path: '/?add', json: { name: 'a' } }],
      });

    it('as long as its source says all of it', () => {
      expect(failuresOf(against('| `add`   takes\n`name` and `size` |'))).toEqual([]);
    });

    it.each([
      ['a quote', '`add` wants `name` and `size`', 'own.json: README.md does not say "`add` takes `name`"'],
      ['a field', '`add` takes `name` and sizes', 'own.json: README.md does not say "size" (of add)'],
    ])('and not when its source lacks %s', (_what, readme, wrong) => {
      expect(against(readme)).toEqual([{ extension: 'example', wrong }]);
    });

    it('and not without a quote', () => {
      expect(against('name', { operations: { add: { method: 'POST', path: '/?add' } } })).toMatchObject([
        { wrong: expect.stringContaining('it has no quote') },
      ]);
    });
  });
});

describe('an extension is not checked', () => {
  it('where its schemas are absent, which is no failure', () => {
    const findings = play({
      format: 'operations',
      schema: {},
      schemas: [{ format: 'operations', file: 'absent.json', base: '' }],
      sent: [{ path: '/any' }],
    });
    expect(findings).toEqual([{ extension: 'example', skipped: 'absent.json is not there' }]);
    expect([isFine(findings), reportOf(findings)]).toEqual([true, 'skipped  example: absent.json is not there']);
  });

  it.each([
    ['when it names no contract', {}, 'it sends requests, and no contract.json says what they must be'],
    [
      'when its contract makes no sense',
      { 'extensions/example/contract.json': '{"schemas":[{"format":"soap","file":"a","base":""}]}' },
      expect.stringMatching(/contract\.json: \/schemas\/0\/format must be equal to one of the allowed values/),
    ],
    [
      'when its tests sent nothing',
      {
        'extensions/example/contract.json': '{"schemas":[{"format":"operations","file":"a.json","base":""}]}',
        'contracts/a.json': '{"operations":{}}',
        'recordings/one.jsonl': '',
      },
      'it has a contract, and its tests sent nothing',
    ],
  ])('%s, which is one', (_when, files, wrong) => {
    const findings = check({
      'extensions/example/package.json': '{}',
      'recordings/one.jsonl': `${lineOf({ path: '/any' })}\n`,
      ...files,
    });
    expect(findings).toEqual([{ extension: 'example', wrong }]);
    expect(isFine(findings)).toBe(false);
  });

  it('where its provider publishes no schema, which it says why', () => {
    const findings = check({
      'extensions/example/package.json': '{}',
      'extensions/example/contract.json': '{"unpublished":"there is only a wiki"}',
      'recordings/one.jsonl': `${lineOf({ path: '/any' })}\n`,
    });
    expect([isFine(findings), reportOf(findings)]).toEqual([true, 'skipped  example: no schema is published: there is only a wiki']);
  });

  it('when it neither names a contract nor sends anything, and nobody needs to be told', () => {
    expect(check({ 'extensions/example/package.json': '{}' })).toEqual([]);
  });

  it('by a recording that cannot be read', () => {
    expect(() => check({ 'recordings/one.jsonl': '{"kind"' })).toThrow('one.jsonl:1: not JSON');
    expect(() => check({ 'recordings/one.jsonl': lineOf({ path: '/' }, '') })).toThrow('a request without its extension');
  });
});
