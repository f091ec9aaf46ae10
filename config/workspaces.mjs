import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's folder, with a slash at its end. */
export const rootDir = fileURLToPath(new URL('..', import.meta.url));

const foldersOf = (parent) =>
  readdirSync(join(rootDir, parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(rootDir, parent, entry.name, 'package.json')))
    .map((entry) => entry.name);

/** Ids of the extensions in the tree, which are their folders' names. */
export const extensionIds = foldersOf('extensions');

/** Vendors whose extensions share a library. */
export const vendorIds = foldersOf('vendors');

/** Source file behind each name under which one workspace may import another. */
export const workspaceEntries = {
  ...Object.fromEntries(foldersOf('libs').map((id) => [`@hostwright/${id}`, `libs/${id}/src/index.ts`])),
  ...Object.fromEntries(foldersOf('apps').map((id) => [`@hostwright/${id}`, `apps/${id}/src/index.ts`])),
  '@hostwright/platform/start': 'libs/platform/src/start/index.ts',
  '@hostwright/platform/testing': 'libs/platform/src/testing/index.ts',
  '@hostwright/migrations': 'migrations/src/index.ts',
  ...Object.fromEntries(
    vendorIds.flatMap((id) => [
      [`@hostwright/vendor-${id}`, `vendors/${id}/src/index.ts`],
      [`@hostwright/vendor-${id}/sandbox`, `vendors/${id}/sandbox/index.ts`],
    ]),
  ),
  ...Object.fromEntries(
    extensionIds.flatMap((id) => [
      [`@hostwright/ext-${id}`, `extensions/${id}/src/index.ts`],
      [`@hostwright/ext-${id}/scripts`, `extensions/${id}/src/scripts/index.ts`],
      [`@hostwright/ext-${id}/sandbox`, `extensions/${id}/sandbox/index.ts`],
    ]),
  ),
};
