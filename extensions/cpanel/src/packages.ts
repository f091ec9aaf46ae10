import { PanelError, type Choice, type ChoicesArguments } from '@hostwright/sdk';
import { WhmClient } from './client.js';
import type { server } from './config.js';
import { isNo } from './refusal.js';
import { privilegeChoices } from './resellers.js';

/** Throws `invalid_config` when WHM has no such package: whatever it says then, nothing was to be changed. */
export async function requirePackage(whm: WhmClient, name: string): Promise<void> {
  try {
    await whm.requirePackage(name);
  } catch (error) {
    if (!isNo(error)) throw error;
    throw new PanelError('invalid_config', `WHM has no package "${name}", or the user may not use it: ${error.reason}`, {
      cause: error,
      field: 'package',
    });
  }
}

/** The list `packages`: what the user may make accounts of; and `privileges`. Throws `not_found` for any other. */
export async function choices({ ctx, server: at, list }: ChoicesArguments<typeof server>): Promise<readonly Choice[]> {
  if (list === 'privileges') return privilegeChoices(new WhmClient(ctx, at));
  if (list !== 'packages') throw new PanelError('not_found', `there is no list "${list}"`);
  return (await new WhmClient(ctx, at).packages()).map((name) => ({ value: name, label: name }));
}
