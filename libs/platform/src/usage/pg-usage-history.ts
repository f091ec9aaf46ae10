import { Inject, Injectable } from '@nestjs/common';
import { UsageHistory, type ComponentUsage, type UsageDay } from '@hostwright/core';
import { PanelError } from '@hostwright/sdk';
import pg from 'pg';

/** Byte counts are within what JavaScript counts exactly: 9 petabytes. */
const usage = `
  SELECT u.component, u.measured_at AS "measuredAt", u.disk_bytes::float8 AS "diskBytes", u.memory_bytes::float8 AS "memoryBytes",
    u.traffic_bytes::float8 AS "trafficBytes", coalesce((
      SELECT json_agg(json_build_object('day', d.day, 'diskBytes', d.disk_bytes, 'memoryBytes', d.memory_bytes, 'trafficBytes', d.traffic_bytes)
        ORDER BY d.day) FROM service_usage_day d
      WHERE d.service_id = u.service_id AND d.component = u.component AND d.day BETWEEN $3::date AND $4::date), '[]') AS days
  FROM service s LEFT JOIN service_usage u ON u.service_id = s.id
  WHERE s.id = $1 AND ($2::bigint IS NULL OR s.customer_id = $2) ORDER BY u.component`;

interface UsageRow extends Omit<ComponentUsage, 'component'> {
  /** Null: the service is there, and nothing of it was ever measured. */
  readonly component: string | null;
  readonly days: UsageDay[];
}

@Injectable()
export class PgUsageHistory extends UsageHistory {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {
    super();
  }

  override async of(serviceId: string, from: string, to: string, ownedBy?: string): Promise<readonly ComponentUsage[]> {
    const { rows } = await this.pool.query<UsageRow>({
      name: 'usage_of_service',
      text: usage,
      values: [serviceId, ownedBy ?? null, from, to],
    });
    if (rows.length === 0) throw new PanelError('not_found', `there is no service ${serviceId}`);
    return rows.flatMap(({ component, ...row }) => (component === null ? [] : [{ component, ...row }]));
  }
}
