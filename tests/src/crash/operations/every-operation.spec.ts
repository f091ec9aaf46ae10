import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ExtensionLoader } from '@hostwright/platform';
import type { Extension } from '@hostwright/sdk';
import { readCases, type SweepCase } from '../cases.js';
import { unswept } from './lives.js';

const root = join(__dirname, '../../../..');

describe('the cases of the crash sweep', () => {
  const extensions = new Map<string, Extension>();
  const loader = {
    list: () => [...extensions.keys()].map((id) => ({ id, state: 'loaded' })),
    get: (id: string) => ({ extension: extensions.get(id)! }),
  } as unknown as ExtensionLoader;
  const cases = readCases(root);
  const componentsOf = ({ products, product }: SweepCase) => products.find(({ code }) => code === product)!.components;

  beforeAll(async () => {
    const folder = join(root, 'extensions');
    for (const id of readdirSync(folder).filter((name) => existsSync(join(folder, name, 'package.json'))))
      extensions.set(id, ((await import(`@hostwright/ext-${id}`)) as { default: Extension }).default);
  });

  it('come to every operation and button of every extension', () => {
    expect(unswept(cases, loader)).toEqual([]);
  });

  it('install a certificate on every kind of site that takes one', () => {
    const sites = [...extensions].flatMap(([id, { provisioning }]) => (provisioning?.installCertificate ? [id] : []));
    const installed = cases.flatMap((sold) =>
      componentsOf(sold).flatMap(({ site }) =>
        componentsOf(sold).flatMap(({ name, extension }) => (site && 'component' in site && site.component === name ? [extension] : [])),
      ),
    );
    expect([...new Set(installed)].sort()).toEqual(sites.sort());
  });
});
