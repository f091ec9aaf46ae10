import type { Page, PageOf } from '../paging/index.js';
import type { Server, ServerGroup } from './server.js';

export interface ServerFilter {
  readonly extension?: string;
  readonly kind?: string;
  readonly state?: Server['state'];
  readonly serverGroupId?: string;
}

export abstract class ServerStore {
  /** An id nobody else gets: secrets are sealed for it before the row is there. */
  abstract newId(): Promise<string>;
  /** Throws `not_found`. */
  abstract get(id: string): Promise<Server>;
  /** Throws `conflict` when the name is taken, `invalid_input` for an unknown group. */
  abstract add(server: Omit<Server, 'createdAt' | 'updatedAt'>): Promise<Server>;
  /** Throws `not_found`, and as `add`. */
  abstract change(id: string, change: Partial<Pick<Server, 'name' | 'serverGroupId' | 'settings' | 'state' | 'capacity'>>): Promise<Server>;
  /** Throws `not_found`; `conflict` when a service or a product is on it, or services follow what it tells of. */
  abstract remove(id: string): Promise<void>;
  /** How many services are on each of these, ended ones aside, as placement counts them. Not in it: a server with none. */
  abstract used(ids: readonly string[]): Promise<ReadonlyMap<string, number>>;
  abstract list(page: Page, filter: ServerFilter): Promise<PageOf<Server>>;
}

export abstract class ServerGroupStore {
  /** Throws `not_found`. */
  abstract get(id: string): Promise<ServerGroup>;
  /** Throws `conflict` when the name is taken. */
  abstract add(group: Pick<ServerGroup, 'name' | 'fill'>): Promise<ServerGroup>;
  /** Throws `not_found`, `conflict`. */
  abstract change(id: string, change: Partial<Pick<ServerGroup, 'name' | 'fill'>>): Promise<ServerGroup>;
  /** Throws `not_found`; `conflict` when a server or a product belongs to it. */
  abstract remove(id: string): Promise<void>;
  abstract list(page: Page): Promise<PageOf<ServerGroup>>;
}
