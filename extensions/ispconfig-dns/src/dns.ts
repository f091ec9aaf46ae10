import { defineDns, done, operation, PanelError, pending, type DnsZoneContents, type Polled } from '@hostwright/sdk';
import { IspConfigClient } from './client.js';
import { nameServersOf, server } from './config.js';
import { isAnyMark, isOurZone } from './ownership.js';
import { fullName } from './record-content.js';
import {
  asDnsRecord,
  checkAddress,
  checkContent,
  checkDomain,
  checkName,
  checkRecord,
  isIdentical,
  markLabel,
  wrong,
} from './record-rules.js';
import * as records from './records.js';
import { testConnection } from './test-connection.js';
import * as zones from './zones.js';

/** Changes are carried out by the server's cron, about once a minute. */
const nextLookMs = 15_000;
const giveUpAfterMs = 30 * 60_000;

export const dns = defineDns(
  { server },
  {
    ensureZone: operation({
      steps: ['check name servers', 'create zone', 'mark zone', 'create records', 'activate zone', 'wait for name servers'],
      async run({ ctx, server: settings, input, step, skip }) {
        const name = checkDomain(input.name);
        const nameServers = input.nameServers?.map((each) => checkDomain(each, 'nameServers')) ?? nameServersOf(settings);
        const [nameServer] = nameServers;
        if (nameServer === undefined || new Set(nameServers).size < 2) throw wrong('nameServers', 'a zone needs at least two name servers');
        const addresses = (input.addresses ?? [settings.proxyIp]).map((each) => checkAddress(each, 'addresses'));
        const work: zones.ZoneWork = { isp: new IspConfigClient(ctx, settings), ctx, name };
        await step('check name servers', { run: () => zones.checkDelegation(work, nameServers) });
        const { zoneId, isFinished } = await step('create zone', {
          strength: 'unique',
          claim: { name, nameServer },
          find: () => zones.findZone(work),
          run: (claim) => zones.createZone(work, claim),
          // One that was finished before this operation may hold a customer's records.
          undo: async (made) => (made.isFinished ? undefined : zones.removeZone(work, made.zoneId)),
        });
        await step('mark zone', {
          strength: 'tagged',
          claim: { zoneId },
          find: () => zones.findMark(work, zoneId),
          run: () => zones.createMark(work, zoneId, settings.ttl),
          sweep: () => zones.removeTwins(work, zoneId, (...both) => both.every((record) => isAnyMark(record))),
          undo: () => zones.undoRecords(work, zoneId), // it goes with the zone, whose mark it is
        });
        if (isFinished) skip('create records', 'the zone is already there');
        else {
          const wanted = zones.firstRecords(name, { nameServers, addresses, ttl: settings.ttl });
          await step('create records', {
            strength: 'tagged',
            claim: { zoneId },
            find: () => zones.findRecords(work, zoneId, wanted),
            run: () => zones.createRecords(work, zoneId, wanted),
            sweep: () =>
              zones.removeTwins(work, zoneId, (...both) => wanted.some((each) => both.every((one) => isIdentical(one, each, name)))),
            undo: () => zones.undoRecords(work, zoneId), // they go with the zone
          });
        }
        await step('activate zone', { run: () => zones.activateZone(work, zoneId, settings.hostmaster) });
        await step('wait for name servers', { giveUpAfterMs, until: () => untilCarriedOut(work.isp) });
        return { remoteId: String(zoneId), name, nameServers };
      },
    }),

    removeZone: operation({
      steps: ['find zone', 'take zone down', 'remove records', 'remove zone'],
      async run({ ctx, server: settings, input, step, skip }) {
        const name = checkDomain(input.name);
        const work: zones.ZoneWork = { isp: new IspConfigClient(ctx, settings), ctx, name };
        const zoneId = await step('find zone', {
          run: async () => {
            const found = await zones.findZone(work);
            return found.state === 'done' ? found.output.zoneId : null;
          },
        });
        if (zoneId == null) {
          for (const each of ['take zone down', 'remove records', 'remove zone'] as const) skip(each, 'there is no such zone');
          return undefined;
        }
        await step('take zone down', { run: () => zones.takeDown(work, zoneId) });
        await step('remove records', { run: () => zones.removeRecords(work, zoneId) });
        await step('remove zone', { run: () => zones.deleteZone(work, zoneId) });
        return undefined;
      },
    }),

    async listZones({ ctx, server: settings }) {
      const isp = new IspConfigClient(ctx, settings);
      const marks = await isp.findTexts(markLabel, ctx.owner);
      const listed: DnsZoneContents[] = [];
      for (const zoneId of new Set(marks.map((mark) => mark.zoneId))) {
        const zone = await isp.findZoneById(zoneId);
        const standing = await isp.listRecords(zoneId);
        if (zone === undefined || !zone.isActive || !isOurZone(zone, standing, ctx.owner)) continue;
        const shown = standing
          .filter((record) => record.isActive && !isAnyMark(record))
          .flatMap((record) => asDnsRecord(record, zone.name) ?? []);
        const nameServers = shown.filter(({ type, name }) => type === 'NS' && name === zone.name).map(({ content }) => content);
        listed.push({ remoteId: String(zone.id), name: zone.name, nameServers, records: shown });
      }
      return listed;
    },

    ensureRecord: operation({
      steps: ['find zone', 'mark record', 'create record', 'wait for name servers'],
      async run({ ctx, server: settings, input, step, skip }) {
        const wanted = checkRecord(input, settings.proxyIp);
        const work: records.RecordWork = { isp: new IspConfigClient(ctx, settings), ctx, settings };
        const place = await step('find zone', {
          run: async () => {
            const found = await records.findPlace(work, wanted.name);
            if (found === undefined) throw new PanelError('not_found', `there is no zone in ISPConfig that ${wanted.name} is in`);
            return found;
          },
        });
        const claim = records.claimOf(place, wanted);
        if (place.isShared) {
          await step('mark record', {
            strength: 'tagged',
            claim,
            find: (claimed) => records.findRecordMark(work, place, claimed),
            run: (claimed) => records.createRecordMark(work, claimed, wanted.ttl),
            sweep: (claimed, keep) => records.removeRecordMarks(work, claimed, keep),
            undo: (_mark, claimed) => records.removeRecordMarks(work, claimed),
          });
        } else skip('mark record', 'the whole zone bears our mark');
        const made = await step('create record', {
          strength: 'tagged',
          claim,
          find: () => records.findRecord(work, place, wanted),
          run: () => records.createRecord(work, place, wanted),
          sweep: (claimed, keep) => records.sweepRecords(work, place, claimed, keep?.remoteId),
          undo: (output, claimed) => records.undoRecord(work, place, claimed, output),
        });
        await step('wait for name servers', { giveUpAfterMs, until: () => untilCarriedOut(work.isp) });
        return made;
      },
    }),

    removeRecord: operation({
      steps: ['find zone', 'remove records'],
      async run({ ctx, server: settings, input, step, skip }) {
        const { name, type } = checkName(input);
        const content = input.content === undefined ? undefined : checkContent(type, input.content, settings.proxyIp);
        const work: records.RecordWork = { isp: new IspConfigClient(ctx, settings), ctx, settings };
        const place = await step('find zone', { run: () => records.findPlaceToClear(work, name) });
        if (place == null) {
          skip('remove records', 'there is no zone of ours that the name is in');
          return undefined;
        }
        await step('remove records', { run: () => records.removeRecords(work, place, { name, type, content }, nameServersOf(settings)) });
        return undefined;
      },
    }),

    async listRecords({ ctx, server: settings, name: given }) {
      const { name } = checkName({ name: given, type: 'A' });
      const isp = new IspConfigClient(ctx, settings);
      const zone = await records.nearestZone(isp, name);
      if (zone === undefined) return [];
      const standing = (await isp.listRecords(zone.id)).filter((record) => record.isActive && fullName(record.name, zone.name) === name);
      return standing.flatMap((record) => asDnsRecord(record, zone.name) ?? []);
    },

    testConnection,
  },
);

/** What is stored is published once the server's list of jobs was empty. */
async function untilCarriedOut(isp: IspConfigClient): Promise<Polled<undefined, undefined>> {
  return (await isp.countPendingJobs()) === 0 ? done() : pending(undefined, nextLookMs);
}
