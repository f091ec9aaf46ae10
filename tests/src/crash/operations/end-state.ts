import { isPanelError, type Json, type JsonObject } from '@hostwright/sdk';
import type { LedgerEntry } from '@hostwright/sdk-testing';
import type { Installation } from '../installation.js';
import type { TrackedJob } from '../tracked-job.js';
import { isRefused } from '../crash-run.js';
import { factsOf, unrest, wrongEnd, type Flaw, type JobFacts } from '../verdict.js';

/** What an operation has come to, for the user and at the providers, in words that are the same for every service. */
export interface EndState {
  /** What the panel says, and what its module says when it is asked now. */
  readonly panel: JsonObject;
  readonly things: readonly LedgerEntry[];
  readonly facts: JobFacts;
  /** What is wrong whatever the operation. */
  readonly flaws: readonly Flaw[];
  /** What the job answered, as it is. */
  readonly result: Json;
}

interface PanelRow {
  readonly result: Json;
  readonly panel: JsonObject;
}

/** Looks at a service whose job no worker will touch any more. `things`: what of it lives at the providers. */
export async function seeEnd(
  installation: Installation,
  { jobId, service, plan }: TrackedJob,
  things: readonly LedgerEntry[],
): Promise<EndState> {
  const facts = await factsOf(installation, jobId);
  const { panel, result } = await panelOf(installation, jobId);
  const inspected = await inspectionOf(installation, service.serviceId);
  const said = { ...panel, tasks: facts.tasks.map(({ kind }) => kind).sort(), inspected };
  return {
    panel: anonymiser(service)(said) as JsonObject,
    things: anonymousThings(service, things),
    facts,
    // What a refusal leads to is the operation's own business, and the same every time.
    flaws: [...(isRefused(plan.scenario) ? [] : wrongEnd(facts, 'completed')), ...unrest(facts)],
    result,
  };
}

/** A job that waits for a person is as over as one that has ended. */
async function panelOf({ pool }: Installation, jobId: string): Promise<PanelRow> {
  const { rows } = await pool.query<PanelRow>(
    `SELECT p.result, json_build_object(
       'job', p.state, 'phase', p.phase, 'failure', p.failure ->> 'code', 'result', p.result, 'service', s.state, 'desired', s.desired_state, 'product', r.code,
       'reservations', (SELECT count(*) FROM reservation v WHERE v.service_id = s.id AND v.free_at IS NULL),
       'components', (SELECT json_object_agg(c.name, json_build_object('remoteId', c.remote_id, 'settings', c.settings, 'properties', c.properties)) FROM service_component c WHERE c.service_id = s.id),
       'domains', (SELECT json_agg(json_build_object('name', d.name, 'state', d.state, 'zone', d.zone) ORDER BY d.id) FROM domain d WHERE d.service_id = s.id)
     ) AS panel FROM provisioning_job p JOIN service s ON s.id = p.service_id JOIN product r ON r.id = s.product_id WHERE p.id = $1`,
    [jobId],
  );
  return rows[0]!;
}

/** How the modules say it is, without what changes by itself. */
async function inspectionOf({ provisioning }: Installation, serviceId: string): Promise<Json> {
  try {
    const seen = await provisioning.inspector.inspect(serviceId);
    return seen.map(({ name, inspection: { state, memoryLimitBytes = null, diskLimitBytes = null } }) => {
      return { name, state, memoryLimitBytes, diskLimitBytes };
    });
  } catch (error) {
    if (!isPanelError(error)) throw error;
    return error.code;
  }
}

/** What lives of a service at the providers, in words that are the same for every service. */
export function anonymousThings(service: TrackedJob['service'], things: readonly LedgerEntry[]): readonly LedgerEntry[] {
  return anonymiser(service)(things as unknown as Json) as unknown as readonly LedgerEntry[];
}

/** Replaces what is the service's own: its mark, names, addresses and numbers. */
function anonymiser({ marks: ours, names, numbers, shop }: TrackedJob['service']): (value: Json) => Json {
  const marks = new Set(Object.entries(shop.productCodes).map(([sold, here]) => here.slice(sold.length)));
  const own = [...ours, ...names, ...numbers.map(String)];
  const longestFirst = [...own].sort((one, other) => other.length - one.length);
  const pattern = new RegExp(`(?<![A-Za-z0-9-])(?:${longestFirst.map(literally).join('|')})(?![A-Za-z0-9-])`, 'g');
  const replace = (value: Json): Json => {
    if (typeof value === 'string') {
      const plain = value.replace(pattern, (found) => `<${String(own.indexOf(found))}>`);
      return [...marks].reduce((text, mark) => (text.endsWith(mark) ? text.slice(0, -mark.length) : text), plain);
    }
    if (typeof value === 'number') return numbers.includes(value) ? `<${String(own.indexOf(String(value)))}>` : value;
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner ?? null)]));
  };
  return replace;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
