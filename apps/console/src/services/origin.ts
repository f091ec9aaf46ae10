import type { Service } from '../api/index.js';

/** Where a service was ordered. `serverId`: the server of a billing system that told of it. */
export interface Origin {
  readonly source: string;
  readonly subject: string;
  readonly serverId?: string;
}

/** Nothing where it was ordered in the panel itself. */
export function originOf({ externalSource, externalId }: Pick<Service, 'externalSource' | 'externalId'>): Origin | undefined {
  if (externalSource === null) return undefined;
  const serverId = /^trigger:(\d+)$/.exec(externalSource)?.[1];
  return { source: externalSource, subject: externalId ?? '', ...(serverId !== undefined && { serverId }) };
}
