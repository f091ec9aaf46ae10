import { PanelError } from '@hostwright/sdk';

/** In which states of the service an operation may be asked for. */
const allowedIn: Readonly<Record<string, readonly string[]>> = {
  suspend: ['active'],
  unsuspend: ['suspended'],
  changePackage: ['active', 'suspended'],
  changePassword: ['active'],
  renew: ['active', 'suspended'],
  upkeep: ['active'],
  terminate: ['pending', 'active', 'suspended', 'terminated', 'cancelled'],
};

/** How a service stands that something is asked of. */
export interface Standing {
  readonly serviceId: string;
  readonly state: string;
  /** Its removal has been asked for and is not over: whatever comes behind that comes too late. */
  readonly ending: boolean;
}

/**
 * Refuses an operation that makes no sense for a service that stands so. `again`: it may also bring about what the service is already,
 * because the provider has it otherwise. Throws `conflict`, `invalid_input`.
 */
export function allowOperation({ serviceId, state, ending }: Standing, operation: string, again = false): void {
  const states = allowedIn[operation] ?? (operation === 'create' ? [] : undefined);
  if (!states) throw new PanelError('invalid_input', `there is no operation '${operation}'`, { field: 'operation' });
  if (ending && operation !== 'terminate')
    throw new PanelError('conflict', `service ${serviceId} is being terminated, so it cannot ${operation}`);
  if (again && (operation === 'suspend' || operation === 'unsuspend') && state === desiredState(operation)) return;
  if (!states.includes(state)) throw new PanelError('conflict', `service ${serviceId} is ${state}, so it cannot ${operation}`);
}

/** Refuses an action in a state that its module did not name. Throws `conflict`. */
export function allowAction({ serviceId, state, ending }: Standing, action: string, when: readonly string[]): void {
  if (ending || !when.includes(state))
    throw new PanelError('conflict', `service ${serviceId} is ${ending ? 'being terminated' : state}, so '${action}' is not possible now`);
}

/** Refuses to add or remove a domain where that makes no sense. Throws `conflict`. */
export function allowDomains({ serviceId, state, ending }: Standing, what: 'add' | 'remove'): void {
  const states = what === 'add' ? ['active'] : ['active', 'suspended'];
  if (ending || !states.includes(state))
    throw new PanelError(
      'conflict',
      `service ${serviceId} is ${ending ? 'being terminated' : state}, so no domain can be ${what === 'add' ? 'added' : 'removed'}`,
    );
}

/** The state a service is meant to come to when that operation is asked for; null when it stays as it is. */
export function desiredState(operation: string): 'active' | 'suspended' | 'terminated' | null {
  if (operation === 'terminate') return 'terminated';
  if (operation === 'suspend') return 'suspended';
  return operation === 'unsuspend' || operation === 'create' ? 'active' : null;
}
