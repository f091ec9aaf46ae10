import type { Extension } from '../api/index.js';

/** Something that a server can be connected for. */
export interface ConnectableModule {
  /** Of its extension and kind. */
  readonly key: string;
  readonly extension: string;
  readonly kind: string;
  /** As it is chosen: the extension’s name, and what for. */
  readonly label: string;
  /** JSON Schema of what it asks of a server. */
  readonly server: object;
  readonly canTest: boolean;
}

const kindLabels: Readonly<Record<string, string>> = {
  provisioning: 'services',
  dns: 'DNS',
  proxy: 'reverse proxy',
  certificate: 'certificates',
  trigger: 'orders from a billing system',
};

/** What a server can be connected for, by name. */
export function connectableModules(extensions: readonly Pick<Extension, 'id' | 'name' | 'modules'>[]): ConnectableModule[] {
  return extensions
    .flatMap(({ id, name, modules }) =>
      modules.map(({ kind, server, canTest }) => ({
        key: `${id}/${kind}`,
        extension: id,
        kind,
        label: `${name}: ${kindLabels[kind] ?? kind}`,
        server,
        canTest,
      })),
    )
    .toSorted((one, other) => one.label.localeCompare(other.label));
}

/** Whether services are placed on servers of this kind. */
export const isPlaced = (kind: string): boolean => kind === 'provisioning';
