import { Shows, ShowsPart } from '../http/index.js';

const userId = "The caller's id of a user: 1–63 of a–z, 0–9 and -";
const onlyTheirs = 'Only if the zone is that user’s';

export class ZonesBody {
  @Shows('text', { description: userId }) readonly user_id: string;
}

export class NewZoneBody extends ZonesBody {
  @Shows('text', { description: 'Delegated to our name servers' }) readonly domain: string;
}

export class ZoneBody {
  @Shows('text') readonly domain: string;
  @Shows('text', { optional: true, description: onlyTheirs }) readonly user_id?: string;
}

export class NewRecordBody {
  @Shows('text', { enum: ['a', 'aaaa', 'cname', 'mx', 'txt', 'ns'] }) readonly type: string;
  @Shows('text', { description: 'The whole name; with `zone_id` also relative to the zone, or `@`' }) readonly name: string;
  @Shows('integer', { description: 'Seconds, 60–86400' }) readonly ttl: number;
  @Shows('text', { optional: true, description: 'With a and aaaa; `PROXYSRV` means our proxy' }) readonly ip?: string;
  @Shows('text', { optional: true, description: 'With cname' }) readonly target?: string;
  @Shows('text', { optional: true, description: 'With mx' }) readonly exchange?: string;
  @Shows('integer', { optional: true, description: 'With mx, 0–65535' }) readonly priority?: number;
  @Shows('text', { optional: true, description: 'With txt' }) readonly txt?: string;
  @Shows('text', { optional: true, description: 'With ns' }) readonly ns?: string;
  @Shows('integer', { optional: true, description: 'Default: the zone that the name is in' }) readonly zone_id?: number;
  @Shows('text', { optional: true, description: onlyTheirs }) readonly user_id?: string;
}

export class RecordRemovalBody {
  @Shows('integer') readonly zone_id: number;
  @Shows('integer', { description: 'Id of the record' }) readonly rc_id: number;
  @Shows('text', { optional: true, description: onlyTheirs }) readonly user_id?: string;
}

export class ZoneAnswer {
  @Shows('text') readonly id: string;
  @Shows('text') readonly name: string;
  @Shows('values', { description: 'Id → `{id, type, name, data, ttl, priority, active: "y"}`; names are whole, with a dot at the end' })
  readonly records: Readonly<Record<string, unknown>>;
}

export class ZoneEntryAnswer {
  @ShowsPart(() => ZoneAnswer) readonly zone: ZoneAnswer;
}

export class ZonesAnswer {
  @ShowsPart(() => ZoneEntryAnswer, { list: true }) readonly zones: readonly ZoneEntryAnswer[];
}
