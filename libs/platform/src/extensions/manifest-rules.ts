import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Ajv } from 'ajv';
import { sdkVersion, type Manifest } from '@hostwright/sdk';
import { parseEgressPattern } from '../egress/index.js';
import type { ExtensionPackage } from './extension-packages.js';

/** Why an extension was not imported. */
export interface Refusal {
  readonly state: 'incompatible' | 'invalid';
  readonly reason: string;
}

/** A manifest that keeps every rule that can be checked without running the extension. */
export interface AcceptedManifest {
  readonly id: string;
  readonly packageName: string;
  readonly version: string;
  readonly manifest: Manifest;
  /** Absolute path of the module to import. */
  readonly main: string;
  /** Absolute path. */
  readonly sandbox?: string;
}

interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly main: string;
  readonly hostwright: Manifest;
}

/** Of semver.org. */
const semver =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;
const extensionId = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

const isPackageJson = new Ajv({ allErrors: false }).compile<PackageJson>({
  type: 'object',
  required: ['name', 'version', 'main', 'hostwright'],
  properties: {
    name: { type: 'string', minLength: 1, maxLength: 214 },
    version: { type: 'string', maxLength: 256 },
    main: { type: 'string', minLength: 1 },
    hostwright: {
      type: 'object',
      required: ['sdk', 'egress'],
      additionalProperties: false,
      properties: {
        sdk: { type: 'integer' },
        egress: { type: 'array', items: { type: 'string' }, uniqueItems: true, maxItems: 100 },
        sandbox: { type: 'string', minLength: 1 },
      },
    },
  },
});

/** Checks an extension's manifest. Runs nothing of it. */
export async function checkManifest(candidate: ExtensionPackage): Promise<AcceptedManifest | Refusal> {
  if (candidate.manifestText === undefined) return invalid('it has no package.json that can be read');
  const json = parseJson(candidate.manifestText);
  if (json === undefined) return invalid('its package.json is not JSON');
  const sdk = sdkOf(json);
  // First, because the manifest of another version may look different.
  if (Number.isInteger(sdk) && sdk !== sdkVersion)
    return { state: 'incompatible', reason: `it is written for version ${String(sdk)} of the SDK; this panel has ${sdkVersion}` };
  if (!isPackageJson(json)) {
    const error = isPackageJson.errors?.[0];
    const extra = error?.keyword === 'additionalProperties' ? ` ("${String(error.params['additionalProperty'])}")` : '';
    return invalid(`package.json${(error?.instancePath ?? '').replaceAll('/', '.')} ${error?.message ?? 'is not valid'}${extra}`);
  }
  const { name, version, hostwright: manifest } = json;
  if (!semver.test(version)) return invalid(`its version "${version}" is not semver`);
  const id = idOf(name);
  if (id === undefined) return invalid(`its package name "${name}" does not end in an id in kebab-case`);
  if (candidate.folder !== undefined && candidate.folder !== id)
    return invalid(`its folder is ${candidate.folder}, but its package name says ${id}`);
  for (const pattern of manifest.egress) {
    try {
      parseEgressPattern(pattern);
    } catch (error) {
      return invalid(`egress: ${(error as Error).message}`);
    }
  }
  if (manifest.sandbox !== undefined && inside(candidate.path, manifest.sandbox) === undefined)
    return invalid('its sandbox is outside the package');
  const main = await entryOf(candidate.path, json.main);
  if (typeof main !== 'string') return main;
  return {
    id,
    packageName: name,
    version,
    manifest,
    main,
    ...(manifest.sandbox !== undefined && { sandbox: join(candidate.path, manifest.sandbox) }),
  };
}

/** What a refused package is listed as: as much of its id, name and version as can be told. */
export function labelOf(candidate: ExtensionPackage): { readonly id: string; readonly name: string; readonly version: string } {
  const json = parseJson(candidate.manifestText ?? '');
  const { name, version } = (typeof json === 'object' && json !== null ? json : {}) as { name?: unknown; version?: unknown };
  const known = typeof name === 'string' ? name : undefined;
  const last = candidate.path.split(sep).at(-1) ?? '';
  return {
    id: candidate.folder ?? (known && idOf(known)) ?? last,
    name: known ?? last,
    version: typeof version === 'string' ? version : '',
  };
}

/** `@scope/ext-<id>`, `hostwright-ext-<id>`, `ext-<id>` or `@scope/<id>`. */
function idOf(packageName: string): string | undefined {
  const id = (packageName.split('/').at(-1) ?? '').replace(/^(?:hostwright-)?(?:ext-)?/, '');
  return extensionId.test(id) && id.length <= 64 ? id : undefined;
}

async function entryOf(packagePath: string, main: string): Promise<string | Refusal> {
  if (inside(packagePath, main) === undefined) return invalid('its main is outside the package');
  try {
    const real = await realpath(join(packagePath, main));
    return inside(packagePath, real) === undefined ? invalid('its main is outside the package') : real;
  } catch {
    return invalid(`its main ${main} is not there; it may not be built`);
  }
}

/** The path within the package; undefined when it leads out of it. */
function inside(packagePath: string, path: string): string | undefined {
  const within = relative(packagePath, resolve(packagePath, path));
  return within === '' || within === '..' || within.startsWith(`..${sep}`) || isAbsolute(within) ? undefined : within;
}

function sdkOf(json: unknown): unknown {
  const key = typeof json === 'object' && json !== null ? (json as { hostwright?: unknown }).hostwright : undefined;
  return typeof key === 'object' && key !== null ? (key as { sdk?: unknown }).sdk : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function invalid(reason: string): Refusal {
  return { state: 'invalid', reason };
}
