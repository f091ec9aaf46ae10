import { pathToFileURL } from 'node:url';
import { PanelError, type Extension, type Manifest } from '@hostwright/sdk';
import { findExtensionPackages, type ExtensionPackage } from './extension-packages.js';
import { checkExtension, type ModuleKind } from './extension-shape.js';
import { checkManifest, labelOf, type AcceptedManifest } from './manifest-rules.js';
import { ShapeError } from './plain-data.js';

/**
 * - `loaded`: its modules can be used
 * - `failed`: its code threw, or did not end, while it was imported
 * - `incompatible`: written for another version of the SDK; not imported
 * - `invalid`: its manifest was refused and it was not imported, or what it exports is not as the SDK asks
 */
export type ExtensionState = 'loaded' | 'failed' | 'incompatible' | 'invalid';

/** An extension as the admin sees it. */
export interface ListedExtension {
  readonly id: string;
  /** What it calls itself; its package's name when it was not loaded. */
  readonly name: string;
  /** Empty when it cannot be told. */
  readonly version: string;
  /** Its folder, links followed. */
  readonly packagePath: string;
  readonly state: ExtensionState;
  /** Why it is not loaded. */
  readonly reason?: string;
  readonly modules: readonly ModuleKind[];
  /** Absolute path of its provider's sandbox. Never imported by the loader. */
  readonly sandbox?: string;
}

export interface LoadedExtension {
  readonly id: string;
  readonly version: string;
  readonly packagePath: string;
  readonly manifest: Manifest;
  readonly extension: Extension;
}

export interface ExtensionLoaderOptions {
  /** Holds one folder per extension. */
  readonly folder?: string;
  /** Whose `node_modules` is searched for packages with the manifest key. */
  readonly packagesRoot?: string;
  /** How long an extension may take to be imported. Default 10 s. */
  readonly importTimeoutMs?: number;
  /** Imports the module at an absolute path. */
  readonly importModule?: (path: string) => Promise<unknown>;
}

const defaultImportTimeoutMs = 10_000;
const longestReason = 500;

/**
 * Finds, checks and imports extensions. One that is broken is listed with its reason, and stops neither the panel nor the others;
 * of one whose manifest is refused not one line is run.
 */
export class ExtensionLoader {
  private listed: readonly ListedExtension[] = [];
  private loaded: ReadonlyMap<string, LoadedExtension> = new Map();

  constructor(private readonly options: ExtensionLoaderOptions) {}

  /** Loads every extension there is. Called once, at start; `reload` is a restart, because Node keeps what it has imported. */
  async load(): Promise<readonly ListedExtension[]> {
    const packages = await findExtensionPackages(this.options.folder, this.options.packagesRoot);
    const checked = await Promise.all(packages.map(async (candidate) => ({ candidate, verdict: await checkManifest(candidate) })));
    const holders = new Map<string, ExtensionPackage>();
    const results = await Promise.all(
      // Nothing is awaited before an id is held, so the order of the list decides who holds it.
      checked.map(async ({ candidate, verdict }) => {
        if ('state' in verdict) return { listed: refused(candidate, verdict.state, verdict.reason), loaded: undefined };
        const holder = holders.get(verdict.id);
        if (holder)
          return { listed: refused(candidate, 'invalid', `another extension has the id ${verdict.id}: ${holder.path}`), loaded: undefined };
        holders.set(verdict.id, candidate);
        return this.import(candidate, verdict);
      }),
    );
    this.listed = results.map(({ listed }) => listed);
    this.loaded = new Map(results.flatMap(({ loaded }) => (loaded ? [[loaded.id, loaded] as const] : [])));
    return this.listed;
  }

  /** Every extension found, the refused ones with their reasons. */
  list(): readonly ListedExtension[] {
    return this.listed;
  }

  /** A loaded extension. */
  find(id: string): LoadedExtension | undefined {
    return this.loaded.get(id);
  }

  /** A loaded extension. Throws `unsupported`, with the reason when it is known. */
  get(id: string): LoadedExtension {
    const found = this.find(id);
    if (found) return found;
    const reason = this.listed.find((one) => one.id === id)?.reason;
    throw new PanelError('unsupported', `the extension ${id} is not ${reason === undefined ? 'installed' : `loaded: ${reason}`}`);
  }

  private async import(
    candidate: ExtensionPackage,
    accepted: AcceptedManifest,
  ): Promise<{ listed: ListedExtension; loaded: LoadedExtension | undefined }> {
    const { id, packageName, version, manifest, main, sandbox } = accepted;
    const about = { id, name: packageName, version, packagePath: candidate.path, ...(sandbox !== undefined && { sandbox }) };
    const not = (state: 'failed' | 'invalid', reason: string) => ({ listed: { ...about, state, reason, modules: [] }, loaded: undefined });
    let exported: unknown;
    try {
      exported = defaultExportOf(await this.imported(main));
    } catch (error) {
      return not('failed', messageOf(error));
    }
    try {
      const { extension, name, modules } = checkExtension(exported, id, manifest);
      return {
        listed: { ...about, name, state: 'loaded', modules },
        loaded: { id, version, packagePath: candidate.path, manifest, extension },
      };
    } catch (error) {
      return error instanceof ShapeError ? not('invalid', messageOf(error)) : not('failed', messageOf(error));
    }
  }

  /** The module, unless it takes too long: code that waits for ever at its top level cannot be stopped, only left behind. */
  private async imported(path: string): Promise<unknown> {
    const { importModule = (file: string) => import(pathToFileURL(file).href), importTimeoutMs = defaultImportTimeoutMs } = this.options;
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`it did not finish loading within ${importTimeoutMs} ms`)), importTimeoutMs);
    });
    try {
      // Boxed: a module that exports `then` must not be taken for a promise.
      return await Promise.race([(async () => ({ module: await importModule(path) }))(), limit]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function defaultExportOf(boxed: unknown): unknown {
  const { module } = boxed as { module: unknown };
  return typeof module === 'object' && module !== null ? (module as { default?: unknown }).default : undefined;
}

function refused(candidate: ExtensionPackage, state: 'incompatible' | 'invalid', reason: string): ListedExtension {
  return { ...labelOf(candidate), packagePath: candidate.path, state, reason, modules: [] };
}

/** What was thrown, in one line. It may be anything, and even asking for its message may throw. */
function messageOf(error: unknown): string {
  try {
    const text = error instanceof Error ? error.message || error.name : `it threw ${typeof error === 'string' ? error : typeof error}`;
    return String(text).split('\n', 1)[0]!.slice(0, longestReason);
  } catch {
    return 'it threw something that cannot be read';
  }
}
