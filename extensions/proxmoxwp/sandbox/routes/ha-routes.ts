import type { JsonObject } from '@hostwright/sdk';
import { badParameters, died } from '../api/index.js';
import type { PveCall, PveRoute } from './pve-route.js';
import type { Cluster, HaResource, Placement } from '../cluster/index.js';

/** Failover: resources, groups (8) and rules (9), each refused on the other release as the original refuses it. */
export function haRoutes(cluster: Cluster): readonly PveRoute[] {
  return [...resourceRoutes(cluster), ...groupRoutes(cluster), ...ruleRoutes(cluster)];
}

const groupsAreGone = 'ha groups have been migrated to rules';

function sidOf(call: PveCall): string {
  const sid = call.text('sid');
  return /^\d+$/.test(sid) ? `ct:${sid}` : sid;
}

function resourceRoutes({ ha, version, nodes }: Cluster): readonly PveRoute[] {
  const refuseGroup = (group: string | undefined): void => {
    if (group === undefined) return;
    if (version === '9') throw died(`invalid parameter 'group': ${groupsAreGone}`);
    if (!ha.groups.has(group)) throw died(`ha group '${group}' does not exist`);
  };
  const shown = ({ sid, state, maxRestart, maxRelocate, failback, comment, group }: HaResource): JsonObject => ({
    sid,
    type: sid.split(':')[0] ?? 'ct',
    state,
    max_restart: maxRestart,
    max_relocate: maxRelocate,
    ...(version === '8' ? {} : { failback: failback ? 1 : 0 }),
    ...(comment === undefined ? {} : { comment }),
    ...(group === undefined ? {} : { group }),
    digest: '5f6e7d8c9b0a1f2e3d4c5b6a7988776655443322',
  });
  const path = '/cluster/ha/resources';
  const move = (call: PveCall): JsonObject | null => {
    const { sid } = ha.get(sidOf(call));
    const node = call.text('node');
    if (!nodes.some(({ name }) => name === node)) throw died(`no such cluster node '${node}'`);
    ha.relocate(sid, node);
    return version === '8' ? null : { sid, 'requested-node': node };
  };
  return [
    { method: 'GET', path, handle: () => [...ha.resources.values()].map(shown) },
    { method: 'GET', path: `${path}/{sid}`, handle: (call) => shown(ha.get(sidOf(call))) },
    {
      method: 'POST',
      path,
      handle: (call) => {
        const { state, max_restart, max_relocate, failback, comment, group } = call.parameters;
        refuseGroup(group);
        ha.add({
          sid: sidOf(call),
          state: state === 'enabled' || state === undefined ? 'started' : state,
          maxRestart: Number(max_restart ?? 1),
          maxRelocate: Number(max_relocate ?? 1),
          failback: failback !== '0',
          ...(comment === undefined ? {} : { comment }),
          ...(group === undefined ? {} : { group }),
        });
        return null;
      },
    },
    {
      method: 'PUT',
      path: `${path}/{sid}`,
      handle: (call) => {
        const resource = ha.get(sidOf(call));
        const { state, max_restart, max_relocate, failback, comment, group } = call.parameters;
        refuseGroup(group);
        for (const key of (call.parameters['delete'] ?? '').split(/[,;\s]+/)) {
          if (key === 'comment') delete resource.comment;
          if (key === 'group') delete resource.group;
        }
        if (max_restart !== undefined) resource.maxRestart = Number(max_restart);
        if (max_relocate !== undefined) resource.maxRelocate = Number(max_relocate);
        if (failback !== undefined) resource.failback = failback !== '0';
        if (comment !== undefined) resource.comment = comment;
        if (group !== undefined) resource.group = group;
        if (state !== undefined) {
          resource.state = state === 'enabled' ? 'started' : state;
          ha.settle(resource.sid);
        }
        return null;
      },
    },
    {
      method: 'DELETE',
      path: `${path}/{sid}`,
      handle: (call) => {
        ha.remove(sidOf(call), version !== '8' && call.parameters['purge'] !== '0');
        return null;
      },
    },
    { method: 'POST', path: `${path}/{sid}/migrate`, handle: move },
    { method: 'POST', path: `${path}/{sid}/relocate`, handle: move },
  ];
}

function settingsOf(call: PveCall, apart: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(call.parameters).filter(([key]) => !apart.includes(key)));
}

function change(placement: Placement, call: PveCall, apart: readonly string[]): void {
  Object.assign(placement.settings, settingsOf(call, [...apart, 'delete', 'digest']));
  for (const key of (call.parameters['delete'] ?? '').split(/[,;\s]+/)) delete placement.settings[key];
}

function groupRoutes(cluster: Cluster): readonly PveRoute[] {
  const { ha } = cluster;
  const path = '/cluster/ha/groups';
  const verb =
    (name: string, handle: (call: PveCall) => JsonObject | readonly JsonObject[] | null): PveRoute['handle'] =>
    (call) => {
      if (cluster.version === '9') throw died(`cannot ${name} group: ${groupsAreGone}`);
      return handle(call);
    };
  const get = (name: string): Placement => {
    const group = ha.groups.get(name);
    if (!group) throw died(`no such ha group '${name}'`);
    return group;
  };
  const shown = ({ name, settings }: Placement): JsonObject => ({ group: name, type: 'group', ...settings });
  return [
    { method: 'GET', path, handle: verb('index', () => [...ha.groups.values()].map(shown)) },
    { method: 'GET', path: `${path}/{group}`, handle: verb('read', (call) => shown(get(call.text('group')))) },
    {
      method: 'POST',
      path,
      handle: verb('create', (call) => {
        const name = call.text('group');
        if (ha.groups.has(name)) throw died(`ha group '${name}' already defined`);
        ha.checkNodes(call.text('nodes'));
        ha.groups.set(name, { name, settings: settingsOf(call, ['group', 'type']), resources: [] });
        return null;
      }),
    },
    {
      method: 'PUT',
      path: `${path}/{group}`,
      handle: verb('update', (call) => {
        const group = get(call.text('group'));
        if (call.parameters['nodes'] !== undefined) ha.checkNodes(call.parameters['nodes']);
        change(group, call, ['group', 'type']);
        return null;
      }),
    },
    {
      method: 'DELETE',
      path: `${path}/{group}`,
      handle: verb('delete', (call) => {
        const { name } = get(call.text('group'));
        const user = [...ha.resources.values()].find(({ group }) => group === name);
        if (user) throw died(`cannot remove group '${name}' - used by service '${user.sid}'`);
        ha.groups.delete(name);
        return null;
      }),
    },
  ];
}

function ruleRoutes(cluster: Cluster): readonly PveRoute[] {
  const { ha } = cluster;
  const path = '/cluster/ha/rules';
  const verb =
    (name: string, handle: (call: PveCall) => JsonObject | readonly JsonObject[] | null): PveRoute['handle'] =>
    (call) => {
      if (cluster.version === '9-migrating') throw died(`cannot ${name} ha rule: ha groups have not been migrated yet`);
      return handle(call);
    };
  const get = (name: string): Placement => {
    const rule = ha.rules.get(name);
    if (!rule) throw died(`no such ha rule '${name}'`);
    return rule;
  };
  const shown = ({ name, settings, resources }: Placement): JsonObject => ({ rule: name, ...settings, resources: resources.join(',') });
  const resourcesOf = (call: PveCall): string[] =>
    call
      .text('resources')
      .split(/[,;\s]+/)
      .filter((sid) => sid !== '');
  return [
    {
      method: 'GET',
      path,
      handle: verb('index', ({ parameters }) =>
        [...ha.rules.values()]
          .filter(({ settings }) => (parameters['type'] ?? settings['type']) === settings['type'])
          .filter(({ resources }) => parameters['resource'] === undefined || resources.includes(parameters['resource']))
          .map(shown),
      ),
    },
    { method: 'GET', path: `${path}/{rule}`, handle: verb('read', (call) => shown(get(call.text('rule')))) },
    {
      method: 'POST',
      path,
      handle: verb('create', (call) => {
        const name = call.text('rule');
        const type = call.text('type');
        if (ha.rules.has(name)) throw died(`HA rule '${name}' already defined`);
        if (type === 'node-affinity' && call.parameters['nodes'] === undefined)
          throw badParameters({ nodes: 'property is missing and it is not optional' });
        if (type === 'resource-affinity' && call.parameters['affinity'] === undefined)
          throw badParameters({ affinity: 'property is missing and it is not optional' });
        const resources = resourcesOf(call);
        ha.checkRule(name, type, resources, call.parameters['nodes']);
        ha.rules.set(name, { name, settings: settingsOf(call, ['rule', 'resources']), resources });
        return null;
      }),
    },
    {
      method: 'PUT',
      path: `${path}/{rule}`,
      handle: verb('update', (call) => {
        const rule = get(call.text('rule'));
        const resources = call.parameters['resources'] === undefined ? rule.resources : resourcesOf(call);
        ha.checkRule(rule.name, call.text('type'), resources, call.parameters['nodes']);
        rule.resources = resources;
        change(rule, call, ['rule', 'resources']);
        return null;
      }),
    },
    {
      method: 'DELETE',
      path: `${path}/{rule}`,
      handle: verb('delete', (call) => {
        ha.rules.delete(get(call.text('rule')).name);
        return null;
      }),
    },
  ];
}
