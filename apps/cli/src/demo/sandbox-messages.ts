import type { JsonObject } from '@hostwright/sdk';

/** One sandbox that the host of sandboxes is to start. */
export interface WantedSandbox {
  /** Name of the server it stands for. */
  readonly server: string;
  /** Absolute path of the extension's sandbox. */
  readonly path: string;
  readonly speed: number;
  readonly version: string | undefined;
}

/** A sandbox that runs in the other process. */
export interface SandboxAddress {
  readonly server: string;
  /** Settings that reach it, secrets included. */
  readonly settings: JsonObject;
  readonly product: JsonObject;
  readonly controlUrl: string;
}

/** What the host of sandboxes answers. */
export type SandboxAnswer =
  { readonly kind: 'running'; readonly sandboxes: readonly SandboxAddress[] } | { readonly kind: 'failed'; readonly reason: string };
