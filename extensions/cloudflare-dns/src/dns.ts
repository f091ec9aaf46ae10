import { absent, defineDns, done, operation, PanelError, type Ctx, type DnsRecord, type Found } from '@hostwright/sdk';
import { codes, refusedWith } from '@hostwright/vendor-cloudflare';
import type { RemoteRecord } from './answers.js';
import { CloudflareClient } from './client.js';
import { server } from './config.js';
import { testConnection } from './connection-test.js';
import { canonicalContent } from './record-content.js';
import { checkName, checkRecord, clashes, isDualStack, isIdentical, recordTypes, type WantedRecord } from './record-rules.js';
import { nearestZones, zoneFor, zoneStillThere } from './zone-choice.js';

/*
 * The owner mark is the record's `comment`, whole and exact. Cloudflare refuses a second record of the same name, type and content
 * whatever its comment, so a creation whose answer was lost, or which takes effect late, can never stand twice.
 */

/** What identifies the record, committed before the call. */
type RecordClaim = {
  readonly zoneId: string;
  readonly name: string;
  readonly type: DnsRecord['type'];
  readonly content: string;
  readonly priority?: number;
};

export const dns = defineDns(
  { server, limits: { rate: { requests: 1200, perSeconds: 300 } } },
  {
    ensureRecord: operation({
      steps: ['find zone', 'create record'],
      async run({ ctx, server: settings, input, step }) {
        const wanted = checkRecord(input, settings.zone);
        const cloudflare = new CloudflareClient(ctx, settings);
        const zone = await step('find zone', { run: () => zoneFor(cloudflare, ctx, settings.zone, wanted.name) });
        const claim: RecordClaim = {
          zoneId: zone.id,
          name: wanted.name,
          type: wanted.type,
          content: wanted.content,
          ...(wanted.priority === undefined ? {} : { priority: wanted.priority }),
        };
        return step('create record', {
          strength: 'unique',
          claim,
          find: (claimed) => findOurs(cloudflare, ctx, zone.name, claimed),
          run: (claimed) => createRecord(cloudflare, ctx, zone.name, claimed, wanted),
          undo: (made, claimed) => removeOurs(cloudflare, ctx, claimed.zoneId, made.remoteId),
        });
      },
    }),

    removeRecord: operation({
      steps: ['find zone', 'remove records'],
      async run({ ctx, server: settings, input, step, skip }) {
        const { name, type } = checkName(input, settings.zone);
        const content = input.content === undefined ? undefined : canonicalContent(type, input.content);
        const cloudflare = new CloudflareClient(ctx, settings);
        const zone = await step('find zone', { run: () => zoneStillThere(cloudflare, ctx, settings.zone, name) });
        if (zone === undefined) {
          skip('remove records', 'the zone is not at Cloudflare any more');
          return undefined;
        }
        await step('remove records', {
          run: async () => {
            const standing = (await cloudflare.listRecords(zone.id, name)).filter(
              (record) =>
                record.type === type &&
                (content === undefined || canonicalContent(type, record.content) === content) &&
                (type !== 'MX' || input.priority === undefined || record.priority === input.priority),
            );
            const ours = standing.filter((record) => record.comment === ctx.owner);
            if (ours.length < standing.length) {
              ctx.log.info('left records of somebody else alone', { name, type, count: standing.length - ours.length });
            }
            for (const record of ours) await cloudflare.deleteRecord(zone.id, record.id);
          },
        });
        return undefined;
      },
    }),

    async listRecords({ ctx, server: settings, name }) {
      const checked = checkName({ name, type: 'A' }, settings.zone);
      const cloudflare = new CloudflareClient(ctx, settings);
      const [zone] = settings.zone === undefined ? await nearestZones(cloudflare, checked.name) : [await cloudflare.getZone(settings.zone)];
      if (zone === undefined) return [];
      return (await cloudflare.listRecords(zone.id, checked.name)).flatMap((record) => {
        const type = recordTypes.find((each) => each === record.type);
        return type === undefined ? [] : [asDnsRecord(record, type, zone.name)];
      });
    },

    testConnection: ({ ctx, server: settings }) => testConnection(new CloudflareClient(ctx, settings), settings.zone),
  },
);

/**
 * Our record as claimed, or absent.
 * Throws: `not_owned` when the identical record, or one that clashes with it, bears another mark or none; `conflict` when the name
 * already leads elsewhere by a record of ours, which whoever asks must remove first.
 */
async function findOurs(cloudflare: CloudflareClient, ctx: Ctx, zone: string, claim: RecordClaim): Promise<Found<undefined, DnsRecord>> {
  const standing = await cloudflare.listRecords(claim.zoneId, claim.name);
  const identical = standing.find((record) => isIdentical(record, { ...claim, priority: claim.priority }));
  if (identical !== undefined && identical.comment === ctx.owner) return done(asDnsRecord(identical, claim.type, zone));
  const theirs = identical ?? standing.find((record) => record.comment !== ctx.owner && clashes(record, claim, zone));
  if (theirs !== undefined) {
    throw new PanelError('not_owned', `${theirs.type} record ${claim.name} exists and does not bear our mark`);
  }
  const other = standing.find((record) => clashes(record, claim, zone) && !isDualStack(record, claim));
  if (other !== undefined) {
    throw new PanelError('conflict', `${claim.name} already has a ${other.type} record of this service with another content`);
  }
  return absent;
}

async function createRecord(
  cloudflare: CloudflareClient,
  ctx: Ctx,
  zone: string,
  claim: RecordClaim,
  wanted: WantedRecord,
): Promise<DnsRecord> {
  try {
    const made = await cloudflare.createRecord(claim.zoneId, wanted, ctx.owner);
    if (!isIdentical(made, wanted))
      throw new PanelError('unknown_outcome', `Cloudflare made another record than ${wanted.type} ${wanted.name}`);
    return asDnsRecord(made, wanted.type, zone);
  } catch (error) {
    // Somebody was faster since we looked; it may have been an earlier call of ours that took effect late.
    if (!refusedWith(error, codes.recordExists, codes.recordIdentical, codes.hostTaken, codes.cnameClash)) throw error;
    const found = await findOurs(cloudflare, ctx, zone, claim);
    if (found.state === 'done') return found.output;
    throw error;
  }
}

/** Deletes one record after reading back that it is ours. Gone counts as done. */
async function removeOurs(cloudflare: CloudflareClient, ctx: Ctx, zoneId: string, recordId: string): Promise<void> {
  const record = await cloudflare.findRecord(zoneId, recordId);
  if (record === undefined) return;
  if (record.comment !== ctx.owner) {
    throw new PanelError('not_owned', `${record.type} record ${record.name} no longer bears our mark and was not deleted`);
  }
  await cloudflare.deleteRecord(zoneId, recordId);
}

function asDnsRecord(record: RemoteRecord, type: DnsRecord['type'], zone: string): DnsRecord {
  return {
    remoteId: record.id,
    zone: zone.toLowerCase(),
    name: record.name,
    type,
    content: canonicalContent(type, record.content),
    ttl: record.ttl,
    ...(record.priority === undefined ? {} : { priority: record.priority }),
  };
}
