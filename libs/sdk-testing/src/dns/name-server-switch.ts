import { Resolver } from 'node:dns/promises';
import { switchRoute, type SandboxRoute } from '../http/index.js';

/** Where a sandbox that validates names looks them up: nowhere, until its control API is told `PUT /name-server {"address": "127.0.0.1:PORT"}`. */
export class NameServerSwitch {
  #address: string | undefined;

  /** Of the control API. */
  readonly route: SandboxRoute = switchRoute('/name-server', ({ address }) => (this.#address = address as string));

  /** Whether a name leads to that other one now. Both in lower case. */
  async hasCname({ name, value }: { readonly name: string; readonly value: string }): Promise<boolean> {
    if (this.#address === undefined) return false;
    const resolver = new Resolver({ timeout: 500, tries: 2 });
    resolver.setServers([this.#address]);
    try {
      return (await resolver.resolveCname(name)).some((found) => found.toLowerCase() === value);
    } catch {
      return false; // not there yet
    }
  }
}
