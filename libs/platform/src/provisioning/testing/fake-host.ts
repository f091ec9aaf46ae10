import { ModuleHost, type ModuleRef, type ModuleScope, type OpenModule } from '@hostwright/core';
import type { Fields, JsonObject, ProvisioningModule } from '@hostwright/sdk';
import { validateProperties } from '../../fields/index.js';
import { datesOf } from '../component-dates.js';
import { operationOf } from '../module-operations.js';
import { placeInputs } from '../place-inputs.js';

/** Operations of the one module the fixture knows, by kind and name. */
export type FakeModules = Record<string, Record<string, unknown>>;

/** What is installed, as a test has it; it may change between two calls. */
export interface FakeInstallation {
  readonly modules: FakeModules;
  /** Provisioning modules of other extensions, by id. */
  readonly others: Readonly<Record<string, ProvisioningModule>>;
  readonly permits: Readonly<Record<string, number>>;
  readonly version: string;
  /** The server's settings in words, by their names. */
  readonly named: Readonly<Record<string, string>>;
  /** Called whenever a module is opened; what it throws is what opening it throws. */
  readonly beforeOpen: ((ref: { readonly kind: string }) => void) | undefined;
  /** The properties that the module declares; any may be left when there are none. */
  readonly properties: Fields | undefined;
}

/** Opens the modules that a test has written. */
export class FakeHost extends ModuleHost {
  constructor(private readonly installation: FakeInstallation) {
    super();
  }

  async open(ref: ModuleRef, scope: ModuleScope): Promise<OpenModule> {
    const { installation } = this;
    installation.beforeOpen?.(ref);
    const other = ref.extension === undefined ? undefined : installation.others[ref.extension];
    const operations = other ?? installation.modules[ref.kind] ?? {};
    const declared = other ? other.properties : installation.properties;
    const asked = other ?? { order: {}, product: {}, ...installation.modules['provisioning'] };
    return {
      extension: ref.extension ?? 'fake',
      version: installation.version,
      serverId: ref.serverId,
      server: {},
      permits: installation.permits,
      ctx: { owner: scope.owner, above: scope.above ?? [], signal: scope.signal } as unknown as OpenModule['ctx'],
      nameSetting: (field) => installation.named[field],
      operation: (name) => operationOf(operations, name),
      checkProperties: (properties) => (declared ? checked(declared, properties) : properties),
      dates: (product, properties) => datesOf(asked, product, properties, ref.extension ?? 'fake'),
      checkInputs: (values) => placeInputs(asked, values, ref.extension ?? 'fake'),
    };
  }
}

function checked(declared: Fields, properties: JsonObject): JsonObject {
  try {
    return { ...validateProperties(declared, properties, { path: 'properties' }) } as JsonObject;
  } catch (cause) {
    throw new Error('create left properties that were not declared', { cause });
  }
}
