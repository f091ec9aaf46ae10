import { Agent, type Dispatcher } from 'undici';
import { connectorFor } from './connector.js';
import { trustKey, type ServerTrust } from './server-trust.js';

const defaultConnectionsPerAddress = 32;
/** Idle connections are kept that long at the most, whatever the server promises. */
const longestIdleMs = 60_000;

/** Connections of this process to providers: one pool per server and its certificate settings, kept over calls. */
export class ConnectionPools {
  private readonly pools = new Map<string, { readonly trust: string; readonly agent: Agent }>();
  private closed = false;

  constructor(private readonly connectionsPerAddress = defaultConnectionsPerAddress) {}

  /** The pool for a server's calls. Changed certificate settings make a new one; the old one ends with its last call. */
  poolFor(serverId: string, trust: ServerTrust): Dispatcher {
    if (this.closed) throw new Error('the connection pools are closed');
    const key = trustKey(trust);
    // A server's own address and those its module names beside it are trusted differently and live side by side.
    const place = `${trust.fingerprints.length + trust.authorities.length > 0 ? 'private' : 'public'} ${serverId}`;
    const known = this.pools.get(place);
    if (known?.trust === key) return known.agent;
    if (known) void known.agent.close();
    const agent = new Agent({
      connect: connectorFor(trust),
      connections: this.connectionsPerAddress,
      pipelining: 1,
      keepAliveMaxTimeout: longestIdleMs,
      // The deadline of the whole exchange is the caller's.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.pools.set(place, { trust: key, agent });
    return agent;
  }

  /** Ends the server's connections when their calls are over; a later call opens new ones. */
  async forget(serverId: string): Promise<void> {
    await Promise.all(
      ['private', 'public'].map(async (trust) => {
        const known = this.pools.get(`${trust} ${serverId}`);
        this.pools.delete(`${trust} ${serverId}`);
        await known?.agent.close();
      }),
    );
  }

  /** Ends every connection at once; calls under way fail. */
  async close(): Promise<void> {
    this.closed = true;
    const agents = [...this.pools.values()].map(({ agent }) => agent);
    this.pools.clear();
    await Promise.all(agents.map((agent) => agent.destroy()));
  }
}
