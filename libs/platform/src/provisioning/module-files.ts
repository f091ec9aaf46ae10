import { ServiceFileReader, type HandedFiles } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { ComponentReads, type ComponentReadPorts } from './component-reads.js';
import { checkedFiles } from './handed-files.js';

/** Asks modules for the files of what they delivered. No provider is asked: what the service has is in the panel. */
export class ModuleFiles extends ServiceFileReader {
  private readonly reads: ComponentReads;

  constructor(ports: ComponentReadPorts) {
    super();
    this.reads = new ComponentReads(ports);
  }

  async read(serviceId: string, component: string): Promise<HandedFiles> {
    const { service, facts } = await this.reads.component(serviceId, component);
    const { module, properties } = await this.reads.left(service, facts);
    if (!module.files) throw new PanelError('unsupported', `the module of '${facts.extension}' has no files to fetch`);
    return checkedFiles(module.files({ properties: properties as never }), facts.extension);
  }
}
