import { createHash } from 'node:crypto';
import { PanelError } from '@hostwright/sdk';
import type { RemoteRecord, RemoteZone } from './answers.js';
import { fullName } from './record-content.js';
import { markLabel, type RecordKey } from './record-rules.js';

/*
 * How we tell what is ours. Neither zones nor records have room for a comment.
 *
 * A zone of ours bears a TXT record `_hostwright` whose content is our mark. Before that record stands, and after it is gone, the zone is
 * inactive and names `<mark>@<zone>` as its hostmaster: so the mark is there from the call that makes the zone to the one that deletes it.
 * All records in our zone are ours, whoever made them.
 *
 * In a shared zone, which the reseller made and named in the settings, and in the zone of a service that ours is added to, each record of ours has a TXT record beside it, such as
 * `_hostwright-a.shop`, made before it and deleted after it. It holds our mark and a digest of what the record says.
 */

/** The hostmaster of a zone that is being made or taken down, with a dot for the @. */
export function markMailbox(owner: string, zone: string): string {
  return `${owner}.${zone}`;
}

export function isZoneMark(record: RemoteRecord, zone: string): boolean {
  return record.type === 'TXT' && fullName(record.name, zone) === `${markLabel}.${zone}`;
}

/** Whether a zone bears our mark and no other. */
export function isOurZone(zone: RemoteZone, records: readonly RemoteRecord[], owner: string): boolean {
  const marks = records.filter((record) => isZoneMark(record, zone.name));
  if (marks.length > 0) return marks.every((mark) => mark.isActive && mark.data === owner);
  return !zone.isActive && zone.mailbox === markMailbox(owner, zone.name);
}

/** Name and content of the TXT record that marks a record in a shared zone. */
export function recordMark(record: RecordKey, owner: string): { readonly name: string; readonly data: string } {
  const { name, type, content, priority } = record;
  const digest = createHash('sha256')
    .update(JSON.stringify([name, type, content, priority]))
    .digest('hex')
    .slice(0, 32);
  return { name: recordMarkName(record), data: `${owner} ${digest}` };
}

/** A star would stand for every name, so it is written out. */
export function recordMarkName({ name, type }: Pick<RecordKey, 'name' | 'type'>): string {
  return `${markLabel}-${type.toLowerCase()}.${name.replace(/^\*/, '_any')}`;
}

export function isRecordMark(record: RemoteRecord, marked: RecordKey, owner: string, zone: string): boolean {
  const { name, data } = recordMark(marked, owner);
  return record.type === 'TXT' && fullName(record.name, zone) === name && record.data === data;
}

/** True for every mark of ours, and of anybody's: no caller is shown them. */
export function isAnyMark(record: RemoteRecord): boolean {
  return record.type === 'TXT' && record.name.startsWith(markLabel);
}

export function notOurs(zone: string): PanelError {
  return new PanelError('not_owned', `the zone ${zone} exists in ISPConfig and does not bear our mark`);
}
