import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** A package that is, or says it is, an extension. */
export interface ExtensionPackage {
  /** Where it really lies, links followed. */
  readonly path: string;
  /** Name of its folder in the extensions folder; undefined for one installed by npm, whose folder is npm's business. */
  readonly folder: string | undefined;
  /** Text of its `package.json`; undefined when there is none that can be read. */
  readonly manifestText: string | undefined;
}

const mostManifestBytes = 1_048_576;
/** Files read at once: enough for the disk, and few enough for every system's limit. */
const readersAtOnce = 32;

/**
 * Every package in the extensions folder, and of those npm installed the ones whose `package.json` has the `hostwright` key; each once,
 * folder first, in the order of their names. A folder that is not there holds none.
 */
export async function findExtensionPackages(
  extensionsFolder: string | undefined,
  packagesRoot: string | undefined,
): Promise<readonly ExtensionPackage[]> {
  const [own, installed] = await Promise.all([
    extensionsFolder === undefined ? [] : foldersIn(extensionsFolder),
    packagesRoot === undefined ? [] : installedIn(join(packagesRoot, 'node_modules')),
  ]);
  const found = await inTurns(
    [...own.map((path) => ({ path, folder: basename(path) })), ...installed.map((path) => ({ path, folder: undefined }))],
    read,
  );
  const seen = new Set<string>();
  return found.filter((candidate) => {
    if (!candidate || seen.has(candidate.path)) return false;
    // Whatever else npm installed is read, and is none of ours.
    if (candidate.folder === undefined && !hasKey(candidate.manifestText)) return false;
    seen.add(candidate.path);
    return true;
  }) as readonly ExtensionPackage[];
}

async function read({ path, folder }: { path: string; folder: string | undefined }): Promise<ExtensionPackage | undefined> {
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory()) return undefined;
    return { path: real, folder, manifestText: await readManifest(join(real, 'package.json')) };
  } catch {
    // A link into nowhere.
    return undefined;
  }
}

async function readManifest(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).size > mostManifestBytes ? undefined : await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}

function hasKey(manifestText: string | undefined): boolean {
  if (!manifestText?.includes('"hostwright"')) return false;
  try {
    const manifest: unknown = JSON.parse(manifestText);
    return typeof manifest === 'object' && manifest !== null && Object.hasOwn(manifest, 'hostwright');
  } catch {
    return false;
  }
}

async function installedIn(nodeModules: string): Promise<readonly string[]> {
  const folders = await foldersIn(nodeModules);
  const inScopes = await Promise.all(folders.filter((path) => basename(path).startsWith('@')).map(foldersIn));
  return [...folders.filter((path) => !basename(path).startsWith('@')), ...inScopes.flat()].sort();
}

/** Paths of what may be a package in a folder, by name; hidden entries are not. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries
      .filter((entry) => (entry.isDirectory() || entry.isSymbolicLink()) && !entry.name.startsWith('.') && entry.name !== 'node_modules')
      .map((entry) => join(folder, entry.name))
      .sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as { code?: string }).code ?? '')) return [];
    throw error;
  }
}

/** Like `Promise.all` over a map, with a bounded number under way. */
async function inTurns<In, Out>(inputs: readonly In[], work: (input: In) => Promise<Out>): Promise<Out[]> {
  const outputs: Out[] = new Array<Out>(inputs.length);
  let next = 0;
  const runner = async () => {
    while (next < inputs.length) {
      const index = next++;
      outputs[index] = await work(inputs[index] as In);
    }
  };
  await Promise.all(Array.from({ length: Math.min(readersAtOnce, inputs.length) }, runner));
  return outputs;
}
