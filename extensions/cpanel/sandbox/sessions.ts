import type { JsonObject } from '@hostwright/sdk';

/** Unix time, seconds: when sessions made here end. */
const expires = 1_795_176_000;

/** Log-ins that serve once. Their addresses are on the host's own name. */
export class Sessions {
  readonly #open = new Map<string, string>();
  #made = 0;
  /** `host:port` by service. */
  addressOf: (service: string) => string = () => 'localhost';

  open(user: string, service: string): JsonObject {
    this.#made += 1;
    const number = String(1_234_567_890 + this.#made);
    const session = `${user}:abcdef${number},0123456789`;
    this.#open.set(session, user);
    const securityToken = `/cpsess${number}`;
    const url = `https://${this.addressOf(service)}${securityToken}/login/?session=${encodeURIComponent(session)}`;
    return { url, session, cp_security_token: securityToken, expires, service };
  }

  /** Whose session it is; undefined when it was used or never made. */
  use(session: string): string | undefined {
    const user = this.#open.get(session);
    this.#open.delete(session);
    return user;
  }
}
