import type { JsonObject } from '@hostwright/sdk';
import { checkedFault } from '../fault-switches.js';
import type { Fault, LedgerEntry, SandboxCall } from '../sandbox.js';
import { json, type SandboxAnswer, type SandboxRoute } from './exchange.js';

export interface ControlParts {
  ledger(): readonly LedgerEntry[];
  calls(): readonly SandboxCall[];
  violations(): readonly string[];
  pendingFaults(): readonly Fault[];
  fault(fault: Fault): void;
  clearFaults(): void;
}

/**
 * The control API, for other processes: `GET /ledger`, `GET /calls`, `GET /violations` and `GET /faults` (armed, and not shown yet)
 * answer lists; `POST /faults` takes a fault or a list of them (all or none are armed); `DELETE /faults` clears them. A bad request is
 * 400 `{ error }`.
 */
export function controlRoutes(parts: ControlParts): readonly SandboxRoute[] {
  return [
    { method: 'GET', path: '/ledger', handle: () => json(200, parts.ledger() as unknown as readonly JsonObject[]) },
    { method: 'GET', path: '/calls', handle: () => json(200, parts.calls() as unknown as readonly JsonObject[]) },
    { method: 'GET', path: '/violations', handle: () => json(200, parts.violations()) },
    { method: 'GET', path: '/faults', handle: () => json(200, parts.pendingFaults() as unknown as readonly JsonObject[]) },
    {
      method: 'POST',
      path: '/faults',
      handle: ({ body }): SandboxAnswer => {
        try {
          const faults = (Array.isArray(body) ? body : [body]).map(checkedFault);
          for (const fault of faults) parts.fault(fault);
          return json(200, { armed: faults.length });
        } catch (error) {
          return json(400, { error: (error as Error).message });
        }
      },
    },
    {
      method: 'DELETE',
      path: '/faults',
      handle: () => {
        parts.clearFaults();
        return json(200, {});
      },
    },
  ];
}
