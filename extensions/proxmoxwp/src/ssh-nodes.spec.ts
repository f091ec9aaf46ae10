import { describe, expect, it } from '@jest/globals';
import { failoverNodes, sshTargets } from './ssh-nodes.js';
import { aServer, hostKey } from '../test/settings.js';

const key = (letter: string) => `SHA256:${letter.repeat(43)}`;

describe('the nodes over SSH', () => {
  it('are one a line, with as many fingerprints as the node has keys', () => {
    const targets = sshTargets(
      aServer({ sshNodes: `\npve1 192.0.2.11:22 ${key('a')}\r\n  pve2   [2001:db8::2]:2222\t${key('b')}  ${key('c')}\n` }),
    );
    expect(targets).toEqual({
      pve1: { host: '192.0.2.11', port: 22, username: 'root', privateKey: 'a private key', hostKey: key('a') },
      pve2: { host: '2001:db8::2', port: 2222, username: 'root', privateKey: 'a private key', hostKey: `${key('b')} ${key('c')}` },
    });
  });

  it.each([
    ['no fingerprint', 'pve1 192.0.2.11:22', /line 1/],
    ['a short fingerprint', 'pve1 192.0.2.11:22 SHA256:abc', /line 1/],
    ['no port', `pve1 192.0.2.11 ${key('a')}`, /line 1/],
    ['a port out of range', `pve1 192.0.2.11:65536 ${key('a')}`, /line 1/],
    ['a name that is none', `pve_1! 192.0.2.11:22 ${key('a')}`, /line 1/],
    ['a node twice', `pve1 192.0.2.11:22 ${key('a')}\npve1 192.0.2.12:22 ${key('a')}`, /line 2: pve1 is there twice/],
    ['nothing', ' \n', /not one node/],
  ])('are refused with %s', (_what, sshNodes, message) => {
    expect(() => sshTargets(aServer({ sshNodes }))).toThrow(
      expect.objectContaining({ code: 'invalid_config', field: 'sshNodes', message: expect.stringMatching(message) }),
    );
  });
});

describe('the failover nodes', () => {
  it('are none when the field is empty', () => {
    expect(failoverNodes(aServer({ haNodes: ' ' }))).toEqual([]);
    expect(failoverNodes(aServer({ haNodes: undefined }))).toEqual([]);
  });

  it('are separated by commas or spaces', () => {
    expect(failoverNodes(aServer({ haNodes: 'pve1, pve2' }))).toEqual(['pve1', 'pve2']);
  });

  it('must be reachable over SSH and hold the home node, or a moved site could not be looked after', () => {
    expect(() => failoverNodes(aServer({ haNodes: 'pve1,pve3' }))).toThrow(/pve3 is not listed/);
    expect(() => failoverNodes(aServer({ haNodes: 'pve2' }))).toThrow(/home node pve1/);
    expect(() => failoverNodes(aServer({ haNodes: 'pve1', sshNodes: `pve1 192.0.2.1:22 ${hostKey}` }))).not.toThrow();
  });
});
