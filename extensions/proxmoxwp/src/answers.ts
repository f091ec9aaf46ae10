import { PanelError } from '@hostwright/sdk';

/** A guest of the cluster as `/cluster/resources` lists it. Bytes; of a node that does not answer there is little more than the ids. */
export interface GuestRow {
  readonly vmid: number;
  readonly type: string;
  readonly node: string;
  /** `running`, `stopped`, or `unknown` when its node does not answer. */
  readonly status: string;
  readonly tags: readonly string[];
  readonly name?: string;
  readonly lock?: string;
  readonly mem?: number;
  readonly maxmem?: number;
  readonly disk?: number;
  readonly maxdisk?: number;
  /** Since the last start. */
  readonly netin?: number;
  readonly netout?: number;
}

/** The part of a container's configuration that we read. */
export interface ContainerConfig {
  readonly tags: readonly string[];
  /** IPv4 addresses of its interfaces that were set by hand. */
  readonly addresses: readonly string[];
  readonly lock?: string;
  readonly protected: boolean;
  /** Of the whole configuration. A change that names it is refused when the configuration is another by then. */
  readonly digest?: string;
  readonly memoryMib?: number;
  readonly swapMib?: number;
  readonly cores?: number;
  readonly diskBytes?: number;
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
  /** Where the failover manager says it is, such as `started`, `request_stop` or `error`; absent when it is not managed. */
  readonly failover?: string;
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
  /** What it should be: `started`, `stopped`, `disabled` or `ignored`. */
  readonly state: string;
  readonly group?: string;
}

export interface Snapshot {
  readonly name: string;
  /** Present while it is being made or removed. */
  readonly state?: string;
  /** Unix seconds. */
  readonly time?: number;
  /** The one it was made after. */
  readonly parent?: string;
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

  optionalObject(name: string): Answer | undefined {
    const value = this.object()[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw this.refuse(`${name} is not an object`);
    return new Answer(this.call, value, this.unreadable);
  }

  /** True for 1, `"1"` and true, as booleans travel. */
  flag(name: string): boolean {
    const value = this.object()[name];
    return value === 1 || value === '1' || value === true;
  }

  entries(): readonly (readonly [string, Answer])[] {
    return Object.entries(this.object()).map(([name, value]) => [name, new Answer(this.call, value, this.unreadable)] as const);
  }

  isNothing(): boolean {
    return this.value === null || this.value === undefined;
  }

  /** The answer itself, where it is nothing but a text. */
  itself(): string {
    if (typeof this.value !== 'string' && typeof this.value !== 'number') throw this.refuse('not a text');
    return String(this.value);
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
  const name = row.optionalText('name');
  const lock = row.optionalText('lock');
  return {
    vmid: row.number('vmid'),
    type: row.text('type'),
    node: row.text('node'),
    status: row.optionalText('status') ?? 'unknown',
    tags: tagsOf(row.optionalText('tags')),
    ...(name === undefined ? {} : { name }),
    ...(lock === undefined || lock === '' ? {} : { lock }),
    ...numbersOf(row, ['mem', 'maxmem', 'disk', 'maxdisk', 'netin', 'netout']),
  };
}

/** Those of the numbers that the answer has. */
function numbersOf<Name extends string>(answer: Answer, names: readonly Name[]): { readonly [K in Name]?: number } {
  const numbers: { [K in Name]?: number } = {};
  for (const name of names) {
    const value = answer.optionalNumber(name);
    if (value !== undefined) numbers[name] = value;
  }
  return numbers;
}

const sizeUnits: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 };

/** Bytes of the disk that a line such as `drbd:vm-905-disk-0,size=20G` describes; undefined when it names no size. */
function diskBytesOf(rootfs: string | undefined): number | undefined {
  const [, number, unit = ''] = /(?:^|,)size=(\d+(?:\.\d+)?)([KMGT]?)(?:,|$)/.exec(rootfs ?? '') ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (sizeUnits[unit] ?? 1));
}

/** An interface reads `name=eth0,bridge=vmbr1,ip=192.0.2.10/24`; of one that asks for its address nobody knows it. */
function addressesOf(answer: Answer): readonly string[] {
  return answer.entries().flatMap(([name]) => {
    const address = /^net\d+$/.test(name) ? /(?:^|,)ip=(\d{1,3}(?:\.\d{1,3}){3})\//.exec(answer.optionalText(name) ?? '')?.[1] : undefined;
    return address === undefined ? [] : [address];
  });
}

export function containerConfig(answer: Answer): ContainerConfig {
  const lock = answer.optionalText('lock');
  if (lock === undefined && !answer.has('digest')) throw answer.refuse('no digest');
  const digest = answer.optionalText('digest');
  const diskBytes = diskBytesOf(answer.optionalText('rootfs'));
  const { memory, swap, cores } = numbersOf(answer, ['memory', 'swap', 'cores']);
  return {
    tags: tagsOf(answer.optionalText('tags')),
    addresses: addressesOf(answer),
    protected: answer.flag('protection'),
    ...(lock === undefined ? {} : { lock }),
    ...(digest === undefined ? {} : { digest }),
    ...(memory === undefined ? {} : { memoryMib: memory }),
    ...(swap === undefined ? {} : { swapMib: swap }),
    ...(cores === undefined ? {} : { cores }),
    ...(diskBytes === undefined ? {} : { diskBytes }),
  };
}

export function containerStatus(answer: Answer): ContainerStatus {
  const status = answer.text('status');
  if (status !== 'running' && status !== 'stopped') throw answer.refuse(`status ${status.slice(0, 20)}`);
  const lock = answer.optionalText('lock');
  const ha = answer.optionalObject('ha');
  return {
    status,
    ...numbersOf(answer, ['cpu', 'mem', 'maxmem', 'disk', 'maxdisk', 'uptime']),
    ...(lock === undefined || lock === '' ? {} : { lock }),
    ...(ha?.flag('managed') ? { failover: ha.optionalText('state') ?? 'unknown' } : {}),
  };
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
  return {
    comment: (answer.optionalText('comment') ?? '').trim(),
    state: answer.optionalText('state') ?? 'started',
    ...(group === undefined ? {} : { group }),
  };
}

export function snapshot(row: Answer): Snapshot {
  const state = row.optionalText('snapstate');
  const time = row.optionalNumber('snaptime');
  const parent = row.optionalText('parent');
  return {
    name: row.text('name'),
    ...(state === undefined || state === '' ? {} : { state }),
    ...(time === undefined ? {} : { time }),
    ...(parent === undefined || parent === '' ? {} : { parent }),
  };
}
