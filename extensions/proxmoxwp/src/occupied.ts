import type { Ctx, Occupied } from '@hostwright/sdk';
import { allGuests } from './accounts.js';
import type { GuestRow } from './answers.js';
import { ProxmoxClient } from './client.js';
import type { ServerConfig } from './config.js';

/** Containers whose configuration is read at the same time. */
const readsAtOnce = 5;

/** The mark of any panel of this kind. */
const anyMark = /^hw-[a-z0-9]+-\d+$/;

/**
 * Ids, addresses and names that guests have which are not in `known`. Every guest takes up its id, and by its name a label. Addresses are
 * read of containers that have an id of the panel's range or a panel's mark: these are the ones that take them from the panel's range.
 * Of a guest whose node does not answer there is the id alone. Throws as `allGuests` does.
 */
export async function occupiedOf(ctx: Ctx, server: ServerConfig, known: readonly string[]): Promise<readonly Occupied[]> {
  const pve = new ProxmoxClient(ctx, server);
  const knownIds = new Set(known);
  const others = (await allGuests(pve)).filter(({ vmid }) => !knownIds.has(String(vmid)));
  const occupied = others.flatMap((guest): Occupied[] => {
    const remoteId = String(guest.vmid);
    const dot = guest.name?.indexOf('.') ?? -1;
    const label =
      dot > 0 ? [{ remoteId, reservation: 'subdomain', value: guest.name!.slice(0, dot), within: guest.name!.slice(dot + 1) }] : [];
    return [{ remoteId, reservation: 'vmid', value: guest.vmid }, ...label];
  });
  const waiting = others.filter((guest) => mayHaveOurAddress(guest, server));
  const readOn = async (): Promise<void> => {
    for (let guest = waiting.pop(); guest !== undefined; guest = waiting.pop()) {
      const config = await pve.config(guest.node, guest.vmid);
      for (const value of config?.addresses ?? []) occupied.push({ remoteId: String(guest.vmid), reservation: 'ip', value });
    }
  };
  await Promise.all(Array.from({ length: readsAtOnce }, readOn));
  return occupied;
}

function mayHaveOurAddress({ type, status, vmid, tags }: GuestRow, server: ServerConfig): boolean {
  const [first, last] = server.vmids.split('-').map(Number);
  if (type !== 'lxc' || status === 'unknown') return false;
  return (vmid >= (first ?? 0) && vmid <= (last ?? 0)) || tags.some((tag) => anyMark.test(tag));
}
