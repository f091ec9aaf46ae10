import { UpkeepDesk } from '@hostwright/core';
import type { PoolClient } from 'pg';
import { inTransaction } from '../database/index.js';
import { ChildrenAlong } from './children-along.js';
import { JobMaking } from './job-making.js';
import { loadComponents, type ComponentFacts } from './job-rows.js';
import { lockService, queueJob } from './service-jobs.js';
import { unfinished, unfinishedOf } from './unfinished-jobs.js';
import type { DeskPorts } from './pg-provisioning-desk.js';

interface DueService {
  readonly id: string;
  /** Its components that are due. */
  readonly names: readonly string[];
}

/** What was asked for before the time that is set now was asked for an earlier one, which is done. */
const due = `c.upkeep_at <= now() AND c.remote_id IS NOT NULL AND (c.upkeep_asked_at IS NULL OR c.upkeep_asked_at < now() - interval '1 day' OR c.upkeep_asked_at < c.upkeep_at)`;

/** A service that runs and is meant to, with an add-on that was suspended when it was to be. */
const ranOn = `s.state = 'active' AND s.desired_state = 'active' AND EXISTS (SELECT 1 FROM service a WHERE a.parent_id = s.id AND a.suspended_with_parent
  AND a.desired_state = 'suspended' AND a.state NOT IN ('terminated', 'cancelled'))`;

/** Asks for what nobody asks for, each service's with the mark that it was asked for in the one transaction. Nothing is asked of a provider here. */
export class PgUpkeepDesk extends UpkeepDesk {
  private readonly jobs: JobMaking;
  private readonly children: ChildrenAlong;

  constructor(private readonly ports: Omit<DeskPorts, 'modules'>) {
    super();
    this.jobs = new JobMaking(ports);
    this.children = new ChildrenAlong(this.jobs);
  }

  async requestDue(most: number): Promise<number> {
    const found = await inTransaction(this.ports.pool, async (client) => {
      const services = await this.claim(client, most);
      for (const service of services) await this.request(client, service);
      return services.length;
    });
    if (found > 0) await this.ports.doorbell.ring('provisioning');
    return found;
  }

  async resumeAddons(most: number): Promise<number> {
    const found = await inTransaction(this.ports.pool, async (client) => {
      const { rows } = await client.query<{ id: string }>({
        name: 'upkeep-ran-on',
        text: `SELECT s.id FROM service s WHERE ${ranOn} ORDER BY s.id LIMIT $1 FOR NO KEY UPDATE OF s SKIP LOCKED`,
        values: [most],
      });
      for (const { id } of rows) await this.children.take(client, id, 'unsuspend', 'upkeep');
      return rows.length;
    });
    if (found > 0) await this.ports.doorbell.ring('provisioning');
    return found;
  }

  /** Those whose service somebody else works on just now come with a later sweep. */
  private async claim(client: PoolClient, most: number): Promise<readonly DueService[]> {
    const { rows } = await client.query<DueService>({
      name: 'upkeep-due',
      text: `WITH s AS MATERIALIZED (
          SELECT s.id FROM service s WHERE s.state = 'active' AND s.desired_state = 'active'
            AND EXISTS (SELECT 1 FROM service_component c WHERE c.service_id = s.id AND ${due})
            AND NOT EXISTS (SELECT 1 FROM provisioning_job j WHERE j.service_id = s.id AND j.state IN ${unfinished})
          ORDER BY s.id LIMIT $1 FOR NO KEY UPDATE OF s SKIP LOCKED),
        u AS (UPDATE service_component c SET upkeep_asked_at = now() FROM s WHERE c.service_id = s.id AND ${due} RETURNING c.service_id, c.name)
        SELECT service_id AS id, array_agg(name ORDER BY name) AS names FROM u GROUP BY service_id ORDER BY service_id`,
      values: [most],
    });
    return rows;
  }

  private async request(client: PoolClient, { id, names }: DueService): Promise<void> {
    // One that is not loaded just now, or is of a version without it, is asked again another day.
    const able = ({ name, extension }: ComponentFacts): boolean => names.includes(name) && this.jobs.can(extension, 'upkeep');
    const components = (await loadComponents(client, id)).filter(able);
    if (components.length === 0) return;
    // What somebody asked for a moment ago is seen only now.
    const service = await lockService(client, id);
    if (service.state !== 'active' || service.desired_state !== 'active' || (await unfinishedOf(client, id)).length > 0) return;
    await queueJob(client, this.jobs, service, [], { operation: 'upkeep', requestedBy: 'upkeep', components });
  }
}
