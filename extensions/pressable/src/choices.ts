import { PanelError, type Choice, type ChoicesArguments } from '@hostwright/sdk';
import { PressableClient } from './client.js';
import type { server } from './config.js';

/** What a product form offers: `datacenters`, `phpVersions`, `installs`. Throws `not_found` for any other list. */
export async function choices({ ctx, server: at, list }: ChoicesArguments<typeof server>): Promise<readonly Choice[]> {
  const client = new PressableClient(ctx, at);
  switch (list) {
    case 'datacenters':
      return client.datacenters();
    case 'phpVersions':
      return (await client.phpVersions()).map(plain);
    case 'installs':
      return (await client.installOptions()).map(plain);
    default:
      throw new PanelError('not_found', `there is no list "${list}"`);
  }
}

function plain(value: string): Choice {
  return { value, label: value };
}
