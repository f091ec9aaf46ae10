import { Injectable } from '@nestjs/common';
import { isSecret, secret, type Fields, type Json, type JsonObject } from '@hostwright/sdk';
import { Sealer } from '../provisioning/index.js';

/** Where a server's sealed settings belong; sealed for one row, they cannot be opened in another. */
function settingsContext(serverId: string): string {
  return `server/${serverId}/settings`;
}

/** Keeps the secrets among a server's settings sealed. */
@Injectable()
export class SealedSettings {
  constructor(private readonly sealer: Sealer) {}

  /** Settings as they are stored: each secret is a `{ $sealed }`. */
  seal(serverId: string, fields: Fields, values: JsonObject): JsonObject {
    const marked = mapValues(values, (value, name) =>
      fields[name]?.type === 'secret' && typeof value === 'string' ? { ...secret(value) } : value,
    );
    return this.sealer.seal(marked, settingsContext(serverId)) as JsonObject;
  }

  /** Settings as the module is given them: secrets in plain text. Throws `invalid_config` when one cannot be opened. */
  open(serverId: string, settings: JsonObject): JsonObject {
    const opened = this.sealer.open(settings, settingsContext(serverId)) as JsonObject;
    return mapValues(opened, (value) => (isSecret(value) ? value.$secret : value));
  }
}

function mapValues(values: JsonObject, map: (value: Json, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, map(value, name)]])));
}
