import type { ReceiverRules } from './receiver-address.js';

/** What this installation lets receivers be. A class, so that it can be injected. */
export class ReceiverSettings implements ReceiverRules {
  constructor(
    readonly networks: readonly string[],
    readonly plainHttp: boolean,
  ) {}
}
