import type { Extension, Manifest } from '@hostwright/sdk';

/** A loaded extension. */
export interface InstalledExtension {
  readonly extension: Extension;
  readonly version: string;
  readonly manifest: Manifest;
}

/** Where provisioning finds extensions. */
export interface InstalledExtensions {
  find(id: string): InstalledExtension | undefined;
}
