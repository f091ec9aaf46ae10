import { PanelError, type Choice } from '@hostwright/sdk';
import type { PrivilegeList } from './answers.js';
import type { WhmClient } from './client.js';
import type { ProductConfig } from './config.js';
import type { ResellerLimits } from './reseller-client.js';

/** What resellers of a product may make of the host. Undefined: no limits. Throws `invalid_config` for one of two that go together. */
export function limitsOf(product: ProductConfig): ResellerLimits | undefined {
  const { resellerAccounts: accounts, resellerDiskMib: diskMib, resellerTrafficMib: trafficMib, resellerOverselling: oversells } = product;
  if ((diskMib === undefined) !== (trafficMib === undefined)) {
    throw new PanelError('invalid_config', 'WHM limits the disk and the traffic of a reseller together: the product has one of them', {
      field: diskMib === undefined ? 'resellerDiskMib' : 'resellerTrafficMib',
    });
  }
  const resources = diskMib === undefined || trafficMib === undefined ? undefined : { diskMib, trafficMib, oversells };
  if (accounts === undefined && resources === undefined) return undefined;
  return { ...(accounts === undefined ? {} : { accounts }), ...(resources === undefined ? {} : { resources }) };
}

/**
 * WHM takes a list that there is not for an empty one, and gives the reseller nothing. Throws `invalid_config` for that, and for one that
 * would make him root.
 */
export async function requirePrivileges(whm: WhmClient, name: string): Promise<void> {
  const found = (await whm.resellers.privilegeLists()).find((list) => list.name === name);
  const wrong = found === undefined ? 'is none of WHM’s ACL lists' : isRoots(found) ? 'would make a reseller root on the host' : undefined;
  if (wrong !== undefined) throw new PanelError('invalid_config', `"${name}" ${wrong}: choose another`, { field: 'resellerPrivileges' });
}

/** The list `privileges`: those that can be given to a reseller. */
export async function privilegeChoices(whm: WhmClient): Promise<readonly Choice[]> {
  return (await whm.resellers.privilegeLists()).filter((list) => !isRoots(list)).map(({ name }) => ({ value: name, label: name }));
}

function isRoots({ privileges }: PrivilegeList): boolean {
  return privileges.has('all');
}
