import type { InputSource, ProductComponent, SiteSource } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import { isId } from '../http/index.js';
import type { ProductComponentInput, ProductSiteInput } from './products.inputs.js';

/** Components as they were asked for. Throws `invalid_input` for a connection or an input that is none. */
export function componentsIn(inputs: readonly ProductComponentInput[]): ProductComponent[] {
  return inputs.map(
    ({ name, extension, serverGroupId, settings = {}, connections = {}, inputs: wires = {}, site, handOver = 'awaited' }, index) => ({
      name,
      extension,
      serverGroupId,
      settings,
      connections: Object.fromEntries(
        Object.entries(connections).map(([kind, serverId]) => {
          if (typeof serverId === 'string' && isId(serverId)) return [kind, serverId];
          throw wrong(`components.${index}.connections.${kind}`, 'must be the id of a server');
        }),
      ),
      inputs: Object.fromEntries(
        Object.entries(wires).map(([field, wire]) => [field, sourceIn(wire, `components.${index}.inputs.${field}`)]),
      ),
      site: site ? siteIn(site, `components.${index}.site`) : null,
      handOver,
    }),
  );
}

function sourceIn(wire: unknown, field: string): InputSource {
  const { component, parent, output, ...others } = (typeof wire === 'object' && wire !== null ? wire : {}) as Record<string, unknown>;
  const isName = (name: unknown): name is string => typeof name === 'string' && /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(name);
  const isCode = (code: unknown): code is string => typeof code === 'string' && /^[a-z0-9][a-z0-9_-]{0,62}$/.test(code);
  const alone = Object.keys(others).length === 0 && (component === undefined) !== (parent === undefined);
  if (alone && isName(output) && isCode(component)) return { component, output };
  if (alone && isName(output) && isCode(parent)) return { parent, output };
  throw wrong(field, 'must be { component, output } or { parent, output }: the name of a component, and of a property of it or remoteId');
}

function siteIn({ component, parent }: ProductSiteInput, field: string): SiteSource {
  if (component !== undefined && parent === undefined) return { component };
  if (parent !== undefined && component === undefined) return { parent };
  throw wrong(field, 'must be { component } or { parent }: the name of a component');
}

function wrong(field: string, rule: string): PanelError {
  return new PanelError('invalid_input', `${field} ${rule}`, { field });
}
