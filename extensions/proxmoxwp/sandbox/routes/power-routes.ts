import { badParameters, died } from '../api/index.js';
import type { PveCall, PveRoute } from './pve-route.js';
import { type Cluster, type Container, timings } from '../cluster/index.js';

const path = '/nodes/{node}/lxc/{vmid}/status';

/**
 * Start, stop, shutdown, reboot. What failover manages is only ordered here: the task `hastart` or `hastop` ends well at once, and
 * the state is reached later.
 */
export function powerRoutes(cluster: Cluster): readonly PveRoute[] {
  const begin = (call: PveCall, container: Container, type: string, takesMs: number, finish: () => void): string =>
    cluster.tasks.start({ node: container.node, type, id: String(container.vmid), user: call.token.id, takesMs, finish });

  const order = (call: PveCall, container: Container, type: 'hastart' | 'hastop', state: string): string =>
    begin(call, container, type, timings.queued, () => {
      const resource = cluster.ha.get(`ct:${container.vmid}`);
      resource.state = state;
      cluster.ha.settle(resource.sid);
    });

  const target = (call: PveCall, mustRun: boolean): Container => {
    const container = cluster.container(call.text('node'), call.text('vmid'));
    if (mustRun && !container.running) throw died(`CT ${container.vmid} not running`);
    if (!mustRun && container.running) throw died(`CT ${container.vmid} already running`);
    cluster.tasks.demandRoom(`power of container ${container.vmid}`);
    return container;
  };

  const stopIn = (container: Container): void => {
    cluster.demandUnlocked(container);
    if (!container.running) throw died(`CT ${container.vmid} not running`);
    cluster.stopNow(container);
  };

  return [
    {
      method: 'POST',
      path: `${path}/start`,
      handle: (call) => {
        const container = target(call, false);
        if (cluster.ha.manages(container.vmid)) return order(call, container, 'hastart', 'started');
        return begin(call, container, 'vzstart', timings.start, () => cluster.startNow(container));
      },
    },
    {
      method: 'POST',
      path: `${path}/stop`,
      handle: (call) => {
        const container = target(call, true);
        const managed = cluster.ha.manages(container.vmid);
        if (managed && call.parameters['overrule-shutdown'] === '1')
          throw badParameters({ 'overrule-shutdown': 'not applicable for HA resources' });
        if (managed) return order(call, container, 'hastop', 'stopped');
        return begin(call, container, 'vzstop', timings.stop, () => stopIn(container));
      },
    },
    {
      method: 'POST',
      path: `${path}/shutdown`,
      handle: (call) => {
        const container = target(call, true);
        if (cluster.ha.manages(container.vmid)) return order(call, container, 'hastop', 'stopped');
        const seconds = Number(call.parameters['timeout'] ?? 60);
        return begin(call, container, 'vzshutdown', container.stubborn ? seconds * 1000 : timings.shutdown, () => {
          if (container.stubborn && call.parameters['forceStop'] !== '1')
            throw died(`command 'lxc-stop -n ${container.vmid}' failed: got timeout`);
          stopIn(container);
        });
      },
    },
    {
      method: 'POST',
      path: `${path}/reboot`,
      handle: (call) => {
        const container = target(call, true);
        return begin(call, container, 'vzreboot', timings.shutdown + timings.start, () => {
          stopIn(container);
          cluster.startNow(container);
        });
      },
    },
  ];
}
