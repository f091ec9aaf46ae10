import { join } from 'node:path';
import { sandboxFile } from '../sandbox/index.js';
import type { DemoServer } from './demo-config.js';
import type { WantedSandbox } from './sandbox-messages.js';

/** The sandbox of each server, from the manifest of its extension. Throws `invalid_config` when there is none. */
export function findSandboxes(servers: readonly DemoServer[], extensionsDir: string, speed: number): readonly WantedSandbox[] {
  return servers.map(({ name, extension, version }) => ({
    server: name,
    path: sandboxFile(join(extensionsDir, extension)),
    speed,
    version,
  }));
}
