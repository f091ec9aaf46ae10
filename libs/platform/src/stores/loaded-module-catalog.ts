import { ModuleCatalog, type ExtensionListing, type ModuleDescription } from '@hostwright/core';
import type { Extension, Fields, JsonObject } from '@hostwright/sdk';
import { schemaOf, validateFields } from '../fields/index.js';

/** An extension that was found; `extension` is there when it was loaded. */
export type FoundExtension = Omit<ExtensionListing, 'modules'> & { readonly extension?: Extension };

/** What the loaded extensions offer, read off their declarations. */
export class LoadedModuleCatalog extends ModuleCatalog {
  private readonly listings: readonly ExtensionListing[];

  constructor(found: readonly FoundExtension[]) {
    super();
    this.listings = found.map(({ extension, ...listing }) => ({ ...listing, modules: extension ? modulesOf(extension) : [] }));
  }

  list(): readonly ExtensionListing[] {
    return this.listings;
  }

  find(extension: string, kind: string): ModuleDescription | undefined {
    return this.listings.find(({ id }) => id === extension)?.modules.find((module) => module.kind === kind);
  }

  schemaOf(fields: Fields): JsonObject {
    return schemaOf(fields) as unknown as JsonObject;
  }

  check(fields: Fields, values: JsonObject, at: string): JsonObject {
    return validateFields(fields, values, { path: at }) as JsonObject;
  }
}

const verbs = ['suspend', 'unsuspend', 'terminate', 'changePackage', 'changePassword', 'renew'] as const;

function modulesOf({ provisioning, dns, proxy, certificate, trigger }: Extension): ModuleDescription[] {
  const modules: ModuleDescription[] = [];
  if (provisioning) {
    const { server, product, order, properties, create, actions = {}, testConnection, listAccounts, usage } = provisioning;
    modules.push({
      kind: 'provisioning',
      server,
      product,
      order,
      properties,
      reserve: create.reserve,
      operations: verbs.filter((verb) => provisioning[verb] !== undefined),
      actions: Object.entries(actions).map(([name, { label, input, confirm = null, shownTo, when }]) => ({
        name,
        label,
        input,
        confirm,
        shownTo,
        when,
      })),
      canTest: testConnection !== undefined,
      canSignOn: provisioning.singleSignOn !== undefined,
      handsOutFiles: provisioning.files !== undefined,
      canAdopt: provisioning.adopt !== undefined,
      canServeSites: provisioning.installCertificate !== undefined,
      looks: [...(listAccounts ? ['reconcile'] : []), ...(usage ? ['usage'] : [])],
    });
  }
  for (const module of [dns, proxy, certificate, trigger]) {
    if (module)
      modules.push({
        kind: module.kind,
        server: module.server,
        operations: [],
        actions: [],
        canTest: module.testConnection !== undefined,
        canSignOn: false,
        handsOutFiles: false,
        canAdopt: false,
        canServeSites: false,
        looks: [],
      });
  }
  return modules;
}
