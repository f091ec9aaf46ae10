import { CollectUsage, ReconcileServer, type LookHandler, type LookKind, type LookPlan } from '@hostwright/core';
import { PgReconciliationStore, PgUsageStore, type Config, type OpenProvisioning } from '@hostwright/platform';
import type pg from 'pg';

/** Services that changed this lately are not judged. */
const graceMs = 5 * 60_000;
const minuteMs = 60_000;

/** What is looked at on servers, and how often. */
export class LookWork {
  constructor(
    readonly handlers: readonly LookHandler[],
    readonly plans: readonly LookPlan[],
    /** Extensions whose servers can be compared with the panel. */
    readonly comparable: readonly string[] = [],
  ) {}
}

export interface LookSurroundings {
  readonly provisioning: Pick<OpenProvisioning, 'catalog' | 'inspector' | 'serverReads'>;
  readonly pool: pg.Pool;
  readonly config: Pick<Config, 'reconcileMinutes' | 'usageMinutes' | 'waitScale'>;
  readonly installation: string;
}

export function createLookWork({ provisioning, pool, config, installation }: LookSurroundings): LookWork {
  const { catalog, inspector, serverReads } = provisioning;
  const settings = { installationId: installation, graceMs: graceMs * config.waitScale };
  const able = (kind: LookKind): string[] =>
    catalog.list().flatMap(({ id, modules }) => (modules.some(({ looks }) => looks.includes(kind)) ? [id] : []));
  const plans = [
    { kind: 'reconcile' as const, extensions: able('reconcile'), everyMs: config.reconcileMinutes * minuteMs },
    { kind: 'usage' as const, extensions: able('usage'), everyMs: config.usageMinutes * minuteMs },
  ];
  return new LookWork(
    [
      new ReconcileServer(serverReads, inspector, new PgReconciliationStore(pool), settings),
      new CollectUsage(serverReads, new PgUsageStore(pool, installation), () => new Date()),
    ],
    plans.filter(({ everyMs }) => everyMs > 0),
    able('reconcile'),
  );
}
