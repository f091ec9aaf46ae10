import { PanelError, type Action } from '@hostwright/sdk';
import { isAddOnAlone } from '../plans.js';
import type { Later } from './shapes.js';

type Actions = Readonly<Record<string, Action<Later>>>;

/** Those actions, refused with a `conflict` for a service without a zone of its own. */
export function ofZones(actions: Actions): Actions {
  return Object.fromEntries(Object.entries(actions).map(([name, one]) => [name, ofZone(one)]));
}

function ofZone(one: Action<Later>): Action<Later> {
  return {
    ...one,
    run: async (args) => {
      if (!isAddOnAlone(args.product)) return one.run(args);
      throw new PanelError('conflict', 'these are add-ons for the zone of another service: it is done there');
    },
  };
}
