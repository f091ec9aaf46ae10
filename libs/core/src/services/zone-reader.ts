import type { DnsZoneContents } from '@hostwright/sdk';

/** Asks the dns modules that services are connected to for the zones of those services, right now. */
export abstract class ZoneReader {
  /**
   * Service → its finished zones, which bear its mark, with their records. A service that is not there, or is connected to no dns
   * module, has none. Throws `unsupported` when a module has no zones, and what the module throws.
   */
  abstract read(serviceIds: readonly string[]): Promise<ReadonlyMap<string, readonly DnsZoneContents[]>>;
}
