import { PanelError } from '@hostwright/sdk';

/** A guest of the cluster as `/cluster/resources` lists it. Bytes; `cpu` is a fraction of `maxcpu`. */
export interface GuestRow {
  readonly vmid: number;
  readonly type: string;
  readonly node: string;
  readonly status: string;
  readonly tags: readonly string[];
}

/** The part of a container's configuration that we read. */
export interface ContainerConfig {
  readonly tags: readonly string[];
  readonly lock?: string;
  readonly protected: boolean;
}

/** A container at this moment. Bytes and seconds; `cpu` is a fraction of its cores. */
export interface ContainerStatus {
  readonly status: 'running' | 'stopped';
  readonly cpu?: number;
  readonly mem?: number;
  readonly maxmem?: number;
  readonly disk?: number;
  readonly maxdisk?: number;
  readonly uptime?: number;
  readonly lock?: string;
}

export interface TaskRow {
  readonly upid: string;
  readonly type: string;
  /** `USER@REALM!TOKEN`. */
  readonly user: string;
  readonly active: boolean;
}

export interface HaResource {
  readonly comment: string;
  readonly group?: string;
}

export interface Snapshot {
  readonly name: string;
  /** Present while it is being made or removed. */
  readonly state?: string;
}

/** Reads values out of an answer and refuses any other shape. `call` names it in the message. */
export class Answer {
  constructor(
    private readonly call: string,
    private readonly value: unknown,
    private readonly unreadable: PanelError['code'],
  ) {}

  refuse(what: string): PanelError {
    return new PanelError(this.unreadable, `${this.call}: unreadable answer, ${what}`);
  }

  rows(): readonly Answer[] {
    if (!Array.isArray(this.value)) throw this.refuse('not a list');
    return this.value.map((row: unknown) => new Answer(this.call, row, this.unreadable));
  }

  private object(): Readonly<Record<string, unknown>> {
    if (typeof this.value !== 'object' || this.value === null || Array.isArray(this.value)) throw this.refuse('not an object');
    return this.value as Record<string, unknown>;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw this.refuse(`no ${name}`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.object()[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'string') return value;
    // The server writes numbers and texts alike, by what a value looks like to Perl: a tag `123` arrives as a number.
    if (typeof value === 'number') return String(value);
    throw this.refuse(`${name} is not a text`);
  }

  number(name: string): number {
    const value = this.optionalNumber(name);
    if (value === undefined) throw this.refuse(`no ${name}`);
    return value;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.object()[name];
    if (value === undefined || value === null || value === '') return undefined;
    const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
    if (!Number.isFinite(number)) throw this.refuse(`${name} is not a number`);
    return number;
  }

  has(name: string): boolean {
    return this.object()[name] !== undefined;
  }

  /** True for 1, `"1"` and true, as booleans travel. */
  flag(name: string): boolean {
    const value = this.object()[name];
    return value === 1 || value === '1' || value === true;
  }

  entries(): readonly (readonly [string, Answer])[] {
    return Object.entries(this.object()).map(([name, value]) => [name, new Answer(this.call, value, this.unreadable)] as const);
  }

  isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value);
  }

  isNothing(): boolean {
    return this.value === null || this.value === undefined;
  }

  /** The handle of a task: `UPID:node:pid:pstart:starttime:type:id:user:`. */
  upid(): string {
    if (typeof this.value !== 'string' || nodeOfTask(this.value) === undefined) throw this.refuse('not a task id');
    return this.value;
  }
}

/** The tags of a guest, as the server joins them: semicolons, in older ones commas or spaces. */
export function tagsOf(value: string | undefined): readonly string[] {
  return (value ?? '').split(/[;,\s]+/).filter((tag) => tag !== '');
}

/** The node a task runs on, which is where it must be asked for. Undefined when the text is no task id. */
export function nodeOfTask(upid: string): string | undefined {
  return /^UPID:([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?):[0-9A-Fa-f]{8}:[0-9A-Fa-f]{8,9}:[0-9A-Fa-f]{8}:[^:\s]+:[^:\s]*:[^:\s]+:$/.exec(
    upid,
  )?.[1];
}

export function guestRow(row: Answer): GuestRow {
  return {
    vmid: row.number('vmid'),
    type: row.text('type'),
    node: row.text('node'),
    status: row.optionalText('status') ?? 'unknown',
    tags: tagsOf(row.optionalText('tags')),
  };
}

export function containerConfig(answer: Answer): ContainerConfig {
  const lock = answer.optionalText('lock');
  if (lock === undefined && !answer.has('digest')) throw answer.refuse('no digest');
  return { tags: tagsOf(answer.optionalText('tags')), protected: answer.flag('protection'), ...(lock === undefined ? {} : { lock }) };
}

export function containerStatus(answer: Answer): ContainerStatus {
  const status = answer.text('status');
  if (status !== 'running' && status !== 'stopped') throw answer.refuse(`status ${status.slice(0, 20)}`);
  const numbers: { -readonly [K in 'cpu' | 'mem' | 'maxmem' | 'disk' | 'maxdisk' | 'uptime']?: number } = {};
  for (const name of ['cpu', 'mem', 'maxmem', 'disk', 'maxdisk', 'uptime'] as const) {
    const value = answer.optionalNumber(name);
    if (value !== undefined) numbers[name] = value;
  }
  const lock = answer.optionalText('lock');
  return { status, ...numbers, ...(lock === undefined || lock === '' ? {} : { lock }) };
}

export function taskRow(row: Answer): TaskRow {
  const upid = row.text('upid');
  if (nodeOfTask(upid) === undefined) throw row.refuse('not a task id');
  const token = row.optionalText('tokenid');
  const user = row.text('user');
  const status = row.optionalText('status');
  return {
    upid,
    type: row.text('type'),
    user: token === undefined || token === '' ? user : `${user}!${token}`,
    active: !row.has('endtime') && (status === undefined || status === '' || status === 'running' || status === 'RUNNING'),
  };
}

export function haResource(answer: Answer): HaResource {
  answer.text('sid');
  const group = answer.optionalText('group');
  return { comment: (answer.optionalText('comment') ?? '').trim(), ...(group === undefined ? {} : { group }) };
}

export function snapshot(row: Answer): Snapshot {
  const state = row.optionalText('snapstate');
  return { name: row.text('name'), ...(state === undefined || state === '' ? {} : { state }) };
}
