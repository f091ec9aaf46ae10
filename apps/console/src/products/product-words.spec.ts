import { describe, expect, it } from '@jest/globals';
import { codesIn, sourceText } from './product-words.js';

describe('what a product is in words', () => {
  it('says where a value or a site comes from', () => {
    expect(sourceText({ component: 'site', output: 'address' })).toBe('address of site');
    expect(sourceText({ parent: 'zone', output: 'domain' })).toBe('domain of zone of the service it is added to');
    expect(sourceText({ component: 'site' })).toBe('site');
  });

  it('reads codes however they are set apart, each once', () => {
    expect(codesIn(' hosting,\nhosting-pro  hosting\n')).toEqual(['hosting', 'hosting-pro']);
    expect(codesIn(' \n ')).toEqual([]);
  });
});
