import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ExtensionLoader, type ListedExtension } from './index.js';

let root: string;
let imported: string[];
beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'extensions-')));
  imported = [];
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const goodCode = (id: string, change = '') => `
const operation = (more = {}) => ({ reserve: {}, steps: ['do it'], onFailure: undefined, run: async () => {}, ...more });
const dns = {
  kind: 'dns', server: { host: { type: 'hostname', label: 'Host' }, ids: { type: 'integer-range', label: 'Ids' } }, limits: { permits: { task: 2 }, rate: { requests: 5, perSeconds: 1 } },
  ensureRecord: operation({ reserve: { id: { kind: 'number', range: 'ids' } } }), removeRecord: operation(), listRecords: async () => [],
};
const code = { kind: 'code', prefix: 'A-', length: 64, alphabet: 'AB' };
const button = (more) => ({
  kind: 'provisioning', server: {}, product: {}, order: {}, properties: {}, limits: {},
  create: operation(), suspend: operation(), unsuspend: operation(), terminate: operation(), inspect: async () => {},
  actions: { wipe: operation({ label: 'Wipe', input: {}, shownTo: 'staff', when: ['active'], ...more }) },
});
const extension = { id: '${id}', name: 'Example', dns };
${change};
exports.default = extension;
`;

interface PackageOptions {
  readonly manifest?: Record<string, unknown>;
  readonly code?: string;
  readonly text?: string;
  readonly folder?: string;
}

/** Writes an extension's package; `extensions/<id>` unless said otherwise. */
async function aPackage(
  id: string,
  { manifest = {}, code = goodCode(id), text, folder = join('extensions', id) }: PackageOptions = {},
): Promise<string> {
  const path = join(root, folder);
  await mkdir(path, { recursive: true });
  const json = {
    name: `@example/ext-${id}`,
    version: '1.2.3',
    main: 'index.cjs',
    hostwright: { sdk: 1, egress: ['{server.host}:443'] },
    ...manifest,
  };
  await writeFile(join(path, 'package.json'), text ?? JSON.stringify(json));
  await writeFile(join(path, 'index.cjs'), code);
  return path;
}

/** Jest's `import` cannot be given a file it has not compiled. */
const importModule = async (path: string): Promise<unknown> => {
  imported.push(path);
  if (path.includes('hanging')) return new Promise(() => {});
  return jestRequire(path);
};
const jestRequire = (path: string): unknown => createRequire(path)(path);

async function load(): Promise<{
  loader: ExtensionLoader;
  of: (id: string) => ListedExtension | undefined;
  listed: readonly ListedExtension[];
}> {
  const loader = new ExtensionLoader({ folder: join(root, 'extensions'), packagesRoot: root, importTimeoutMs: 200, importModule });
  const listed = await loader.load();
  return { loader, listed, of: (id) => listed.find((one) => one.id === id) };
}

describe('ExtensionLoader', () => {
  it('loads what is in the folder and what npm installed, each once', async () => {
    const path = await aPackage('first', { manifest: { hostwright: { sdk: 1, egress: [], sandbox: 'sandbox.js' } } });
    await aPackage('second', { folder: 'node_modules/@example/ext-second' });
    await aPackage('third', { folder: 'node_modules/hostwright-ext-third', manifest: { name: 'hostwright-ext-third' } });
    await aPackage('other', { folder: 'node_modules/other', manifest: { hostwright: undefined } });
    await symlink(path, join(root, 'node_modules/@example/ext-first'));
    const { loader, listed } = await load();
    expect(listed.map(({ id, state }) => [id, state])).toEqual([
      ['first', 'loaded'],
      ['second', 'loaded'],
      ['third', 'loaded'],
    ]);
    expect(listed[0]).toEqual({
      id: 'first',
      name: 'Example',
      version: '1.2.3',
      packagePath: path,
      state: 'loaded',
      modules: ['dns'],
      sandbox: join(path, 'sandbox.js'),
    });
    expect(loader.get('second')).toMatchObject({
      id: 'second',
      version: '1.2.3',
      manifest: { sdk: 1 },
      extension: { dns: { kind: 'dns' } },
    });
    expect(loader.find('nobody')).toBeUndefined();
    expect(() => loader.get('nobody')).toThrow(expect.objectContaining({ code: 'unsupported' }));
  });

  it('loads one that reserves codes nobody guesses', async () => {
    await aPackage('codes', { code: goodCode('codes', 'dns.ensureRecord.reserve = { id: { kind: "number", range: "ids" }, code }') });
    expect((await load()).of('codes')).toMatchObject({ state: 'loaded' });
  });

  it('loads one whose button asks first, and one whose button does not', async () => {
    await aPackage('asking', { code: goodCode('asking', 'extension.provisioning = button({ confirm: "All is lost." })') });
    await aPackage('acting', { code: goodCode('acting', 'extension.provisioning = button({ confirm: undefined })') });
    const { of } = await load();
    expect([of('asking'), of('acting')]).toMatchObject([{ state: 'loaded' }, { state: 'loaded' }]);
  });

  it('finds nothing where there is nothing', async () => {
    expect((await load()).listed).toEqual([]);
  });

  it('keeps going whatever one of them does, and says what it did', async () => {
    await aPackage('good');
    await aPackage('throwing', { code: 'throw new Error("no licence\\nsecond line")' });
    await aPackage('throwing-null', { code: 'throw null' });
    await aPackage('throwing-trap', { code: 'throw Object.defineProperty(new Error(), "message", { get() { throw 1; } })' });
    await aPackage('hanging');
    await aPackage('syntax', { code: 'const = 1' });
    const { of, loader } = await load();
    expect(of('good')).toMatchObject({ state: 'loaded' });
    expect(of('throwing')).toMatchObject({ state: 'failed', reason: 'no licence', modules: [] });
    expect(of('throwing-null')).toMatchObject({ state: 'failed' });
    expect(of('throwing-trap')).toMatchObject({ state: 'failed' });
    expect(of('hanging')).toMatchObject({ state: 'failed', reason: expect.stringContaining('200 ms') });
    expect(of('syntax')).toMatchObject({ state: 'failed' });
    expect(() => loader.get('throwing')).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringContaining('no licence') }),
    );
  });

  it.each<[string, PackageOptions, string, RegExp]>([
    ['another SDK', { manifest: { hostwright: { sdk: 2, something: 'new' } } }, 'incompatible', /version 2/],
    ['broken JSON', { text: '{"name":' }, 'invalid', /not JSON/],
    ['JSON that is no object', { text: '[]' }, 'invalid', /package\.json/],
    ['no manifest', { manifest: { hostwright: undefined } }, 'invalid', /hostwright/],
    ['no SDK version', { manifest: { hostwright: { egress: [] } } }, 'invalid', /sdk/],
    ['a text as SDK version', { manifest: { hostwright: { sdk: '1', egress: [] } } }, 'invalid', /sdk/],
    ['an unknown key', { manifest: { hostwright: { sdk: 1, egress: [], more: 1 } } }, 'invalid', /more/],
    ['an egress of everything', { manifest: { hostwright: { sdk: 1, egress: ['*:443'] } } }, 'invalid', /egress/],
    ['an egress without a port', { manifest: { hostwright: { sdk: 1, egress: ['example.net'] } } }, 'invalid', /egress/],
    ['no version', { manifest: { version: undefined } }, 'invalid', /version/],
    ['a version that is none', { manifest: { version: '1.2' } }, 'invalid', /semver/],
    ['another name than its folder', { manifest: { name: '@example/ext-else' } }, 'invalid', /else/],
    ['a name that gives no id', { manifest: { name: '@example/ext-Big_Name' } }, 'invalid', /kebab-case/],
    ['a main that is not there', { manifest: { main: 'dist/index.js' } }, 'invalid', /dist\/index\.js is not there/],
    ['a main outside', { manifest: { main: '../good/index.cjs' } }, 'invalid', /outside/],
    ['an absolute main', { manifest: { main: '/etc/hostname' } }, 'invalid', /outside/],
    ['a sandbox outside', { manifest: { hostwright: { sdk: 1, egress: [], sandbox: '../x' } } }, 'invalid', /sandbox/],
  ])('runs nothing of an extension with %s', async (_name, options, state, reason) => {
    await aPackage('good');
    await aPackage('bad', options);
    const { of } = await load();
    expect(of('bad')).toMatchObject({ state, reason: expect.stringMatching(reason), modules: [] });
    expect(of('good')).toMatchObject({ state: 'loaded' });
    expect(imported).toEqual([join(root, 'extensions/good/index.cjs')]);
  });

  it('follows no link of main out of the package', async () => {
    const path = await aPackage('bad', { manifest: { main: 'link.cjs' } });
    await writeFile(join(root, 'outside.cjs'), '');
    await symlink(join(root, 'outside.cjs'), join(path, 'link.cjs'));
    expect((await load()).of('bad')).toMatchObject({ state: 'invalid', reason: expect.stringMatching(/outside/) });
    expect(imported).toEqual([]);
  });

  it('lists a folder without a package.json', async () => {
    await mkdir(join(root, 'extensions/empty'), { recursive: true });
    expect((await load()).of('empty')).toMatchObject({ state: 'invalid', reason: expect.stringMatching(/package\.json/) });
  });

  it('refuses the second of two with one id, and does not run it', async () => {
    await aPackage('good');
    const second = await aPackage('good', { folder: 'node_modules/@other/ext-good', manifest: { name: '@other/ext-good' } });
    const { listed, loader } = await load();
    expect(listed).toMatchObject([
      { id: 'good', state: 'loaded' },
      { id: 'good', state: 'invalid', packagePath: second, reason: expect.stringContaining('another extension') },
    ]);
    expect(imported).toHaveLength(1);
    expect(loader.get('good').packagePath).toBe(join(root, 'extensions/good'));
  });

  it.each<[string, string, RegExp]>([
    ['exports nothing', 'exports.default = undefined; return', /default export/],
    ['has another id', 'extension.id = "else"', /must be bad/],
    ['has no name', 'extension.name = ""', /name/],
    ['has no module', 'delete extension.dns', /no module/],
    ['has what the SDK does not know', 'extension.gateway = {}', /gateway/],
    ['calls its module another kind', 'dns.kind = "proxy"', /dns\.kind/],
    ['lacks an operation', 'delete dns.removeRecord', /dns\.removeRecord/],
    ['lacks a function', 'dns.listRecords = []', /dns\.listRecords/],
    ['makes zones that it cannot remove', 'dns.ensureZone = dns.ensureRecord', /dns\.removeZone is missing/],
    ['makes and removes zones without listing them', 'dns.ensureZone = dns.removeZone = dns.removeRecord', /dns\.listZones is missing/],
    ['lists zones with something else', 'dns.ensureZone = dns.removeZone = dns.removeRecord; dns.listZones = []', /dns\.listZones/],
    ['has an operation that cannot run', 'delete dns.ensureRecord.run', /ensureRecord\.run/],
    ['has no steps', 'dns.ensureRecord.steps = []', /steps must not be empty/],
    ['has two steps of one name', 'dns.ensureRecord.steps = ["a", "a"]', /unique/],
    ['has steps that are no texts', 'dns.ensureRecord.steps = ["a", 1]', /texts/],
    ['fails in an unknown way', 'dns.ensureRecord.onFailure = "explode"', /onFailure/],
    ['is refused in an unknown way', 'dns.ensureRecord.onRefusal = "shrug"', /onRefusal/],
    ['has broken fields', 'dns.server.host.type = "hots"', /dns\.server\.host: its type/],
    ['has no fields', 'dns.server = null', /dns\.server/],
    ['names a missing field in egress', 'delete dns.server.host', /egress .* host/],
    ['reserves from a field of another type', 'dns.ensureRecord.reserve.id.range = "host"', /integer-range/],
    [
      'loads a field that is not of a product',
      'dns.server.host = { type: "text", label: "H", choicesFrom: "hosts" }',
      /only product fields/,
    ],
    [
      'loads a product field from nowhere',
      'extension.provisioning = { kind: "provisioning", server: {}, product: { plan: { type: "text", label: "P", choicesFrom: "plans" } }, order: {}, properties: {}, create: operation(), terminate: operation(), inspect() {} }',
      /choices is missing/,
    ],
    [
      'reserves login names that are too short',
      'dns.ensureRecord.reserve.id = { kind: "username", from() {}, within() {}, length: 7 }',
      /length must be 8–16/,
    ],
    ['reserves login names from nothing', 'dns.ensureRecord.reserve.id = { kind: "username", length: 8 }', /from and within/],
    ['reserves something unknown', 'dns.ensureRecord.reserve.id.kind = "moon"', /no known kind/],
    ['reserves codes with an odd prefix', 'dns.ensureRecord.reserve.id = { ...code, prefix: "a b" }', /id\.prefix must be/],
    ['reserves codes with a letter twice', 'dns.ensureRecord.reserve.id = { ...code, alphabet: "ABA" }', /id\.alphabet must be/],
    ['reserves codes with no alphabet', 'dns.ensureRecord.reserve.id = { ...code, alphabet: undefined }', /id\.alphabet must be/],
    ['reserves codes that can be guessed', 'dns.ensureRecord.reserve.id = { ...code, length: 63 }', /id\.length must be/],
    ['reserves codes without an end', 'dns.ensureRecord.reserve.id = { ...code, length: 1e6 }', /id\.length must be/],
    ['asks to agree to nothing', 'extension.provisioning = button({ confirm: " " })', /actions\.wipe\.confirm/],
    ['has a permit of nothing', 'dns.limits.permits.task = 0', /permits\.task/],
    ['has a rate of nothing', 'dns.limits.rate.perSeconds = -1', /perSeconds/],
    ['computes its module', 'Object.defineProperty(extension, "dns", { get() { while (true); } })', /dns is computed/],
    ['computes a field', 'Object.defineProperty(dns.server, "host", { enumerable: true, get() { throw new Error("trap"); } })', /computed/],
    ['is a proxy', 'exports.default = new Proxy(extension, { get() { while (true); } }); return', /object/],
    ['hides a proxy in its fields', 'dns.server = new Proxy({}, { ownKeys() { throw new Error("trap"); } })', /plain data/],
    ['is endless', 'dns.server.host.self = dns.server', /plain data/],
  ])('refuses an extension that %s', async (_name, change, reason) => {
    await aPackage('good');
    await aPackage('bad', { code: `(() => {${goodCode('bad', change)}})()` });
    const { of, loader } = await load();
    expect(of('bad')).toMatchObject({ state: 'invalid', reason: expect.stringMatching(reason), modules: [] });
    expect(loader.find('bad')).toBeUndefined();
    expect(of('good')).toMatchObject({ state: 'loaded' });
  });

  it('imports by path as it is', async () => {
    await aPackage('plain', { code: goodCode('plain').replace('exports.default =', 'module.exports =') });
    const loader = new ExtensionLoader({ folder: join(root, 'extensions') });
    expect(await loader.load()).toMatchObject([{ id: 'plain', state: 'loaded' }]);
  });
});
