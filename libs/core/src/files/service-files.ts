import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';
import { actorOf, ownerFilter, RandomText, type Caller } from '../access/index.js';
import { AuditLog } from '../audit/index.js';
import { hashOfLinkToken } from '../mails/index.js';
import { ServiceAccess, ServiceStore, type ServiceState } from '../services/index.js';
import { fileLinkMinutes, FileLinkStore, type FileLink } from './file-link.js';
import { ServiceFileReader, type HandedFiles } from './service-file-reader.js';

/** 256 bits of letters and digits. */
const tokenLength = 43;

export interface MadeFileLink {
  /** Whoever has it gets the files, so it is shown to nobody but the asker. */
  readonly token: string;
  readonly expiresAt: string;
}

/** Hands files of a service, secrets among them, to whoever holds a link that its customer or staff asked for, once. */
@Injectable()
export class ServiceFiles {
  constructor(
    private readonly services: ServiceStore,
    private readonly access: ServiceAccess,
    private readonly reader: ServiceFileReader,
    private readonly links: FileLinkStore,
    private readonly random: RandomText,
    private readonly audit: AuditLog,
  ) {}

  /**
   * A link to the files of one component, and who asked for it is noted.
   * Throws: `not_found`, also for somebody else's; `conflict` unless the service is active and has them; `invalid_input` when several
   * components have files; `unsupported` when none has.
   */
  async makeLink(id: string, component: string | undefined, caller: Caller): Promise<MadeFileLink> {
    const { state } = await this.services.get(id, ownerFilter(caller));
    refuseUnlessActive(id, state);
    const { files: able } = await this.access.ways(id, caller);
    if (able.length === 0) throw new PanelError('unsupported', `service ${id} has no files to fetch`);
    const [name, ...others] = able.filter((one) => component === undefined || one === component);
    if (name === undefined)
      throw new PanelError('not_found', `service ${id} has no component '${component}' with files`, { field: 'component' });
    if (others.length > 0) throw new PanelError('invalid_input', 'several components have files: name one', { field: 'component' });
    // A link to nothing is of no use to anybody.
    await this.reader.read(id, name);
    const token = this.random.letters(tokenLength);
    const requestedBy = actorOf(caller);
    const expiresAt = await this.links.make({
      tokenHash: hashOf(token),
      serviceId: id,
      component: name,
      requestedBy,
      minutes: fileLinkMinutes,
    });
    const about = { actor: requestedBy, action: 'service.files_link_made', subject: `service:${id}` };
    await this.audit.record({ ...about, details: { component: name, expiresAt } });
    return { token, expiresAt };
  }

  /** Throws `not_found` for what is no link of ours. Looking does not use it up. */
  async look(token: string): Promise<FileLink> {
    return this.links.find(hashOf(token)).then((link) => link ?? refuse());
  }

  /**
   * What the service has now. The link is used up by it, and by nothing that fails.
   * Throws: `not_found`; `conflict` when the link was used or is too old, or the service has no files any more.
   */
  async open(token: string): Promise<HandedFiles> {
    const { serviceId, component, serviceState, state } = await this.look(token);
    if (state === 'expired') throw linkIsOver('is too old');
    if (state === 'used') throw linkIsOver('was used already');
    refuseUnlessActive(serviceId, serviceState);
    const files = await this.reader.read(serviceId, component);
    if (!(await this.links.use(hashOf(token)))) throw linkIsOver('was used already');
    return files;
  }
}

function refuseUnlessActive(id: string, state: ServiceState): void {
  if (state !== 'active') throw new PanelError('conflict', `service ${id} is ${state}, so it has no files to fetch`);
}

function linkIsOver(how: string): PanelError {
  return new PanelError('conflict', `this link ${how}; ask for a new one`, { field: 'token' });
}

function hashOf(token: string): string {
  return hashOfLinkToken(token) ?? refuse();
}

function refuse(): never {
  throw new PanelError('not_found', 'this link is not one of ours; it may not have been copied whole', { field: 'token' });
}
