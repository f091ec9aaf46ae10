import { Injectable } from '@nestjs/common';
import { isPanelError, PanelError } from '@hostwright/sdk';
import { actorOf, ownerFilter, type Caller } from '../access/index.js';
import { AuditLog } from '../audit/index.js';
import { ProvisioningDesk, type RequestedJob } from '../provisioning/index.js';
import { ModuleCatalog, type ModuleDescription } from '../servers/index.js';
import { ServiceSignOn, type SignOn } from './service-sign-on.js';
import { ServiceStore, type ServiceDetails } from './service-store.js';

/** Components by what the caller can do about getting in, or what of them. */
export interface AccessWays {
  readonly signOn: readonly string[];
  readonly password: readonly string[];
  /** Those with files to fetch. */
  readonly files: readonly string[];
}

/** How people get into what they bought. */
@Injectable()
export class ServiceAccess {
  constructor(
    private readonly services: ServiceStore,
    private readonly modules: ModuleCatalog,
    private readonly doors: ServiceSignOn,
    private readonly desk: ProvisioningDesk,
    private readonly audit: AuditLog,
  ) {}

  /** Throws `not_found`, also for somebody else's. */
  async ways(id: string, caller: Caller): Promise<AccessWays> {
    const service = await this.services.get(id, ownerFilter(caller));
    if (service.state !== 'active') return { signOn: [], password: [], files: [] };
    return {
      signOn: this.able(service, canSignOn),
      password: this.able(service, canChangePassword),
      files: this.able(service, handsOutFiles),
    };
  }

  /**
   * Opens a door now, and notes who asked.
   * Throws: `not_found`, also for somebody else's; `conflict` unless the service is active; `invalid_input` when several components have
   * a door; `unsupported` when none has; and what the module throws, of which a customer is told what he can do about it.
   */
  async signOn(id: string, component: string | undefined, caller: Caller): Promise<SignOn> {
    const service = await this.services.get(id, ownerFilter(caller));
    if (service.state !== 'active') throw new PanelError('conflict', `service ${id} is ${service.state}, so nobody is logged in to it`);
    const able = this.able(service, canSignOn);
    if (able.length === 0) throw new PanelError('unsupported', `nobody can be logged in to service ${id} from here`);
    const [name, ...others] = able.filter((one) => component === undefined || one === component);
    if (name === undefined)
      throw new PanelError('not_found', `service ${id} has no component '${component}' to log in to`, { field: 'component' });
    if (others.length > 0)
      throw new PanelError('invalid_input', 'several components can be logged in to: name one', { field: 'component' });
    const door = await this.open(id, name, caller);
    const about = { actor: actorOf(caller), action: 'service.signed_on', subject: `service:${id}` };
    await this.audit.record({ ...about, details: { component: name, expiresAt: door.expiresAt } });
    return door;
  }

  private async open(id: string, component: string, caller: Caller): Promise<SignOn> {
    try {
      return await this.doors.open(id, component);
    } catch (error) {
      if (caller.kind !== 'customer' || !isPanelError(error) || askersFault.has(error.code)) throw error;
      // The words are the provider's, and name what is ours.
      throw new PanelError('unavailable', 'nobody can be logged in at the moment: try again later, or ask our staff', {
        cause: error,
        ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      });
    }
  }

  /** Asks for a new password; without one it is random, and nobody is told it. Throws as `ProvisioningDesk.changePassword`. */
  async changePassword(
    id: string,
    { component, password }: { readonly component?: string; readonly password?: string },
    caller: Caller,
  ): Promise<RequestedJob> {
    // Somebody else's service is as unknown as one that is not there.
    await this.services.get(id, ownerFilter(caller));
    const requested = await this.desk.changePassword({
      serviceId: id,
      ...(component === undefined ? {} : { component }),
      ...(password === undefined ? {} : { password }),
      requestedBy: actorOf(caller),
      byCustomer: caller.kind === 'customer',
    });
    const about = { actor: actorOf(caller), action: 'service.password_requested', subject: `service:${id}` };
    await this.audit.record({ ...about, details: { jobId: requested.jobId, chosen: password !== undefined } });
    return requested;
  }

  private able({ components }: ServiceDetails, can: (module: ModuleDescription) => boolean): readonly string[] {
    return components.flatMap(({ name, extension, remoteId }) => {
      const module = this.modules.find(extension, 'provisioning');
      return module !== undefined && remoteId !== null && can(module) ? [name] : [];
    });
  }
}

const askersFault: ReadonlySet<string> = new Set(['conflict', 'invalid_input', 'not_found']);
const canSignOn = (module: ModuleDescription): boolean => module.canSignOn;
const handsOutFiles = (module: ModuleDescription): boolean => module.handsOutFiles;
const canChangePassword = (module: ModuleDescription): boolean => module.operations.includes('changePassword');
