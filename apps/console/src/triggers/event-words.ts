import type { TriggerEvent } from '../api/index.js';

export const eventStateLabels: Readonly<Record<TriggerEvent['state'], string>> = { pending: 'Waits', done: 'Done', failed: 'Failed' };

/** Which events are shown, as the address of their room names it. */
export interface EventsShown {
  readonly state?: TriggerEvent['state'];
  readonly serverId?: string;
  readonly subject?: string;
}

export function eventsShown({ state, serverId, subject }: Readonly<Record<string, unknown>>): EventsShown {
  // The router reads digits in an address as a number.
  const about = typeof subject === 'number' ? String(subject) : subject;
  return {
    ...(typeof state === 'string' && Object.hasOwn(eventStateLabels, state) && { state: state as TriggerEvent['state'] }),
    ...(/^[1-9]\d{0,17}$/.test(String(serverId)) && { serverId: String(serverId) }),
    ...(typeof about === 'string' && about !== '' && about.length <= 255 && { subject: about }),
  };
}

/** Whether there is anything to look at once more: an event of no subject is about nothing that is sold. */
export const mayReplay = ({ subject, state }: Pick<TriggerEvent, 'subject' | 'state'>): boolean => subject !== null && state !== 'pending';
