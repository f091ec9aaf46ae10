import * as scripts from '@hostwright/ext-proxmoxwp/scripts';
import type { SshAnswer, SshCommand } from '@hostwright/sdk-testing';
import type { Cluster, Container } from '../cluster/index.js';
import { beginSetup } from './site-setup.js';
import { valuesComplaint } from './values.js';

type Values = Readonly<Record<string, string>>;

interface Behaviour {
  /** The values the script asks for. */
  readonly values: readonly string[];
  /** Milliseconds at speed 1. */
  readonly latencyMs: number;
  run(values: Values): SshAnswer;
}

/** The WordPress archive that can be fetched here. */
export interface Archive {
  readonly url: string;
  readonly sha256: string;
}

/**
 * What each shipped script does on the node of that name, over SSH. The scripts are known byte for byte; one that the extension
 * ships and that has no behaviour here is refused like any stranger's.
 */
export function pctCommands(cluster: Cluster, node: string, archive: Archive): readonly SshCommand[] {
  const inside = (values: Values, act: (container: Container) => SshAnswer): SshAnswer => {
    const vmid = Number(values['vmid']);
    const container = cluster.containers.get(vmid);
    if (container?.node !== node) return pctDied(`Configuration file 'nodes/${node}/lxc/${vmid}.conf' does not exist`);
    if (!container.running) return pctDied(`container '${vmid}' not running!`);
    // The container has begun to boot, and what runs inside does not answer yet.
    if (!container.booted) return pctDied(`lxc-attach: ${vmid}: ../src/lxc/attach.c: lxc_attach: Failed to attach to container`);
    return act(container);
  };
  const behaviours: Readonly<Record<string, Behaviour>> = {
    nodeReachable: { values: [], latencyMs: 100, run: () => said('reachable') },
    containerReady: { values: ['vmid'], latencyMs: 400, run: (values) => inside(values, () => said('ready')) },
    startSetup: {
      values: ['vmid', 'claim', 'domain', 'databasePassword', 'wordpressUrl', 'wordpressSha256'],
      latencyMs: 600,
      run: (values) =>
        inside(values, (container) => {
          const { claim = '', domain = '', wordpressUrl, wordpressSha256 } = values;
          return said(
            beginSetup(cluster, container, {
              claim,
              domain,
              archiveFits: wordpressUrl === archive.url && wordpressSha256 === archive.sha256,
            }),
          );
        }),
    },
    setupState: {
      values: ['vmid', 'claim'],
      latencyMs: 400,
      run: (values) =>
        inside(values, (container) => {
          const setup = container.setups.find(({ claim }) => claim === values['claim']);
          if (!setup) return said('absent');
          if (setup.state === 'done') return said('done');
          if (setup.state !== 'failed') return said(`${setup.state} ${setup.phase}`);
          return said([`failed ${setup.exitCode} ${setup.phase}`, ...(setup.reason === undefined ? [] : [setup.reason])].join('\n'));
        }),
    },
    siteAnswers: {
      values: ['vmid', 'domain'],
      latencyMs: 600,
      run: (values) =>
        inside(values, ({ setups }) => {
          if (setups.some(({ state, domain }) => state === 'done' && domain === values['domain'])) return said('answers 200');
          const configured = setups.some(
            ({ state, phase }) => state === 'done' || ['web server', 'firewall', 'services', 'check'].includes(phase),
          );
          return said(configured ? 'unanswered 000' : 'unconfigured');
        }),
    },
  };
  return Object.entries(scripts).flatMap(([name, script]): SshCommand[] => {
    const behaviour = behaviours[name];
    if (typeof script !== 'string' || !behaviour) return [];
    const run = (values: Values): SshAnswer => {
      const complaint = valuesComplaint(behaviour.values, values);
      return complaint === undefined ? behaviour.run(values) : { exitCode: 64, stderr: `hostwright: ${complaint}\n` };
    };
    return [{ name, script, latencyMs: behaviour.latencyMs, run }];
  });
}

function said(line: string): SshAnswer {
  return { exitCode: 0, stdout: `${line}\n` };
}

function pctDied(reason: string): SshAnswer {
  return { exitCode: 255, stderr: `${reason}\n` };
}
