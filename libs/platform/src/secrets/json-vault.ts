import { Sealer } from '@hostwright/core';
import type { Json } from '@hostwright/sdk';
import { replaceSecrets } from './secret-json.js';
import { Vault } from './vault.js';

/** Keeps the secrets inside JSON values sealed. `context` is where the value is kept, `table/row/column`. */
export class JsonVault extends Sealer {
  constructor(private readonly vault: Vault) {
    super();
  }

  /** Replaces every `{ $secret }` by `{ $sealed }`; what is sealed already stays as it is. */
  seal(value: Json, context: string): Json {
    return replaceSecrets(value, (marked) => ('$secret' in marked ? { $sealed: this.vault.seal(marked.$secret, context) } : marked));
  }

  /** The reverse. Throws `invalid_config` as `Vault.open` does. */
  open(value: Json, context: string): Json {
    return replaceSecrets(value, (marked) => ('$secret' in marked ? marked : { $secret: this.vault.open(marked.$sealed, context) }));
  }

  /** Replaces every secret, sealed or not, by `{ $wiped: true }`. */
  wipe(value: Json): Json {
    return replaceSecrets(value, () => ({ $wiped: true }));
  }

  /** Seals anew what another key has sealed; answers `undefined` when there was nothing to do. */
  reseal(value: Json, context: string): Json | undefined {
    let changed = false;
    const fresh = replaceSecrets(value, (marked) => {
      if ('$secret' in marked || !this.vault.isStale(marked.$sealed)) return marked;
      changed = true;
      return { $sealed: this.vault.seal(this.vault.open(marked.$sealed, context), context) };
    });
    return changed ? fresh : undefined;
  }
}
