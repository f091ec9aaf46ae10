import { ScriptedCtx } from './scripted-ctx.js';

/** The container of the service whose mark is `hw-test-7`, as a server tells of it that a test scripts. */
export const vmid = 905;

// Calls that are asked about it.
export const listed = 'GET /cluster/resources';
export const config = 'GET /nodes/pve1/lxc/905/config';
export const free = 'GET /cluster/nextid';
export const tasks = 'GET /nodes/pve1/tasks';
export const status = 'GET /nodes/pve1/lxc/905/status/current';

/** Its row in the list. */
export const row = (changes: object = {}) => ({ id: `lxc/${vmid}`, vmid, type: 'lxc', node: 'pve1', status: 'stopped', ...changes });
export const ours = { data: { digest: 'd', tags: 'customer;hw-test-7' } };
export const strangers = { data: { digest: 'd', tags: 'hw-test-77' } };

/** A task of its in the list of those of a node. */
export const taskRow = (task: string, changes: object = {}) => ({
  upid: task,
  type: task.split(':')[5],
  user: 'hostwright@pve!panel',
  id: String(vmid),
  node: 'pve1',
  ...changes,
});

/** A server at which nothing is at work and the id is free. */
export function scriptedServer(): ScriptedCtx {
  return new ScriptedCtx().on(tasks, { data: [] }).on(free, { data: String(vmid) });
}
