import { PanelError, type Ctx, type RemoteAccount, type Usage } from '@hostwright/sdk';
import type { GuestRow } from './answers.js';
import { ProxmoxClient } from './client.js';
import type { ServerConfig } from './config.js';
import { blindSpots } from './permissions.js';

type MarkedGuest = GuestRow & { readonly owner: string };

/**
 * Disk, memory and traffic of every container of this installation, in one call. Bytes; traffic is in and out together since the last
 * start. What a container does not use because it is stopped, or that nobody knows because its node does not answer, is left out.
 */
export async function usageOf(ctx: Ctx, server: ServerConfig): Promise<readonly Usage[]> {
  const pve = new ProxmoxClient(ctx, server);
  const guests = await pve.guests();
  // A token that may see nothing is answered an empty list.
  if (guests.length === 0) await demandSight(pve);
  return markedGuests(ctx, guests).flatMap((guest): Usage[] => {
    const { vmid, owner, status, disk, mem, netin, netout } = guest;
    if (status !== 'running' && status !== 'stopped') return [];
    const running = status === 'running';
    return [
      {
        remoteId: String(vmid),
        owner,
        // Of a stopped container Proxmox does not look at the disk, and says 0.
        ...(running && disk !== undefined ? { diskBytes: disk } : {}),
        ...(running && mem !== undefined ? { memoryBytes: mem } : {}),
        ...(running && netin !== undefined && netout !== undefined ? { trafficBytes: netin + netout } : {}),
      },
    ];
  });
}

/**
 * Every container that bears a mark of this installation. One that is locked, or whose node does not answer, is `changing`.
 * Throws as `allGuests` does.
 */
export async function accountsOf(ctx: Ctx, server: ServerConfig): Promise<readonly RemoteAccount[]> {
  return markedGuests(ctx, await allGuests(new ProxmoxClient(ctx, server))).map(
    ({ vmid, name, owner, status, lock, maxmem, maxdisk }): RemoteAccount => {
      const settled = lock === undefined && (status === 'running' || status === 'stopped');
      return {
        remoteId: String(vmid),
        name: name ?? `CT${vmid}`,
        owner,
        state: settled ? (status === 'running' ? 'running' : 'stopped') : 'changing',
        ...(maxmem === undefined ? {} : { memoryLimitBytes: maxmem }),
        ...(maxdisk === undefined ? {} : { diskLimitBytes: maxdisk }),
      };
    },
  );
}

/**
 * Every guest of the cluster. Throws: `invalid_config` when the token may not see them all, for what the list then leaves out would seem to
 * be gone, or free.
 */
export async function allGuests(pve: ProxmoxClient): Promise<readonly GuestRow[]> {
  const [guests] = await Promise.all([pve.guests(), demandSight(pve)]);
  return guests;
}

async function demandSight(pve: ProxmoxClient): Promise<void> {
  const missing = blindSpots(await pve.permissions());
  if (missing.length > 0) throw new PanelError('invalid_config', `the API token lacks ${missing.join(', ')}`, { field: 'tokenId' });
}

function markedGuests(ctx: Ctx, guests: readonly GuestRow[]): readonly MarkedGuest[] {
  const mark = markOfInstallation(ctx.owner);
  return guests.flatMap((guest) => {
    const owner = guest.type === 'lxc' ? guest.tags.find((tag) => mark.test(tag)) : undefined;
    return owner === undefined ? [] : [{ ...guest, owner }];
  });
}

/** The marks `hw-<installation>-<service>` of every service of the installation that this one is of. */
function markOfInstallation(owner: string): RegExp {
  const installation = owner.slice(0, owner.lastIndexOf('-'));
  return new RegExp(`^${installation}-\\d+$`);
}
