import type { JsonObject } from '@hostwright/sdk';
import { CountedList, type PveCall, type PveRoute } from './pve-route.js';
import { badParameters } from '../api/index.js';
import { demand, isAllowed, type Token, type Cluster, type Task } from '../cluster/index.js';

const one = '/nodes/{node}/tasks/{upid}';

export function taskRoutes(cluster: Cluster): readonly PveRoute[] {
  /** The node named inside must be the one that is asked; a stranger's task needs a right on the node. */
  const target = (call: PveCall, privilege: string): Task => {
    const node = cluster.node(call.text('node'));
    if (!/^UPID:[^:]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:[^:]+:[^:]*:[^:]+:$/.test(call.text('upid')))
      throw badParameters({ upid: 'unable to parse worker upid' });
    const task = cluster.tasks.get(call.text('upid'));
    if (task.node !== node.name) throw badParameters({ upid: 'no such task' });
    if (task.user !== call.token.id) demand(call.token, `/nodes/${node.name}`, [privilege]);
    return task;
  };
  return [
    { method: 'GET', path: '/nodes/{node}/tasks', handle: (call) => listed(cluster, call) },
    {
      method: 'GET',
      path: '/cluster/tasks',
      handle: ({ token }) =>
        cluster.tasks
          .list()
          .filter((task) => mayRead(token, task))
          .slice(0, 100)
          .map(row),
    },
    { method: 'GET', path: one, handle: (call) => (target(call, 'Sys.Audit'), ['log', 'status'].map((name) => ({ name }))) },
    {
      method: 'GET',
      path: `${one}/status`,
      handle: (call) => {
        const task = target(call, 'Sys.Audit');
        const { exitstatus, upid, node, pid, pstart, starttime, type, id } = task;
        return {
          ...{ upid, node, pid, pstart, starttime, type, id, ...caller(task) },
          ...(exitstatus === undefined ? { status: 'running' } : { status: 'stopped', exitstatus }),
        };
      },
    },
    {
      method: 'GET',
      path: `${one}/log`,
      handle: (call) => {
        const { log } = target(call, 'Sys.Audit');
        const start = Number(call.parameters['start'] ?? 0);
        const limit = Number(call.parameters['limit'] ?? 50);
        return new CountedList(
          log.slice(start, start + limit).map((t, index) => ({ n: start + index + 1, t })),
          log.length,
        );
      },
    },
    {
      method: 'DELETE',
      path: one,
      handle: (call) => {
        cluster.tasks.stop(target(call, 'Sys.Modify').upid);
        return null;
      },
    },
  ];
}

function mayRead(token: Token, task: Task): boolean {
  return task.user === token.id || isAllowed(token, `/nodes/${task.node}`, ['Sys.Audit']);
}

function listed(cluster: Cluster, { token, parameters, text }: PveCall): CountedList {
  const node = cluster.node(text('node'));
  const source = parameters['source'] ?? 'archive';
  const good = (status: string | undefined): boolean => status === 'OK' || status === undefined || status.startsWith('WARNINGS');
  const fitting = cluster.tasks
    .list()
    .filter((task) => task.node === node.name && mayRead(token, task))
    .filter(({ exitstatus }) => source === 'all' || (source === 'active') === (exitstatus === undefined))
    .filter(({ id }) => parameters['vmid'] === undefined || id === parameters['vmid'])
    .filter(({ type }) => parameters['typefilter'] === undefined || type === parameters['typefilter'])
    .filter(({ user }) => parameters['userfilter'] === undefined || user.includes(parameters['userfilter']))
    .filter(({ starttime }) => starttime >= Number(parameters['since'] ?? 0) && starttime <= Number(parameters['until'] ?? Infinity))
    .filter(({ exitstatus }) => parameters['errors'] !== '1' || !good(exitstatus));
  const start = Number(parameters['start'] ?? 0);
  return new CountedList(fitting.slice(start, start + Number(parameters['limit'] ?? 50)).map(row), fitting.length);
}

/** A token's task names the user and the token apart. */
function caller({ user }: Task): JsonObject {
  const [name, tokenid] = user.split('!');
  return { user: name, ...(tokenid === undefined ? {} : { tokenid }) };
}

function row(task: Task): JsonObject {
  const { upid, node, pid, pstart, starttime, type, id, endtime, exitstatus } = task;
  return {
    upid,
    node,
    pid,
    pstart,
    starttime,
    type,
    id,
    ...caller(task),
    ...(exitstatus === undefined ? {} : { endtime, status: exitstatus }),
  };
}
