import { createSocket } from 'node:dgram';
import type { DnsRecordType } from '@hostwright/sdk';
import { AUTHORITATIVE_ANSWER, decode, encode, RECURSION_AVAILABLE, type Answer, type DecodedPacket, type Packet } from 'dns-packet';
import type { StandingRecord } from './standing-records.js';

/** How a name server does not answer: with SERVFAIL, with REFUSED, or not at all. */
export type LookUpFailure = 'fails' | 'refuses' | 'is silent';

/** A name server on this machine, over UDP, that knows what it was told. */
export interface NameServer {
  /** `127.0.0.1:PORT`, or where it was told to listen. */
  readonly address: string;
  readonly port: number;
  /** Gives a name its values of one type, written as `ctx.resolve` answers them; none: the name exists without any. */
  set(name: string, type: DnsRecordType, values: readonly string[]): void;
  /** From now on questions about the name, and of that type if one is given, are not answered. */
  fail(name: string, how: LookUpFailure, type?: DnsRecordType): void;
  /** Names a domain's name servers as its parent zone does: in a referral, not as an answer. */
  delegate(name: string, servers: readonly string[]): void;
  /** What was asked so far, such as `NS example.net`. */
  asked(): readonly string[];
  stop(): Promise<void>;
}

const codes = { fails: 2, 'no such name': 3, refuses: 5 } as const;
const ttl = 0;

export interface NameServerOptions {
  /** What stands elsewhere at the moment of a question; it is answered where nothing was `set`. */
  readonly standing?: () => readonly StandingRecord[];
  /** Another loopback address than 127.0.0.1, such as for the second name server of a domain: both then have to be on the same port. */
  readonly at?: { readonly host: string; readonly port: number };
}

/** Starts one, on a free port of 127.0.0.1 unless told otherwise. It knows no name yet: everything is answered with NXDOMAIN. */
export async function startNameServer({
  standing = () => [],
  at: { host, port: wanted } = { host: '127.0.0.1', port: 0 },
}: NameServerOptions = {}): Promise<NameServer> {
  const values = new Map<string, Map<string, readonly string[]>>();
  const failures = new Map<string, LookUpFailure>();
  const referrals = new Map<string, readonly string[]>();
  const asked: string[] = [];
  const socket = createSocket('udp4');

  // Questions that come in one go are answered from one look.
  let seen: readonly StandingRecord[] | undefined;
  const nowStanding = (): readonly StandingRecord[] => {
    if (seen === undefined) setImmediate(() => (seen = undefined));
    return (seen ??= standing());
  };
  const answerTo = (name: string, type: string): Packet | undefined => {
    const failure = failures.get(`${type} ${name}`) ?? failures.get(name);
    if (failure === 'is silent') return undefined;
    if (failure !== undefined) return { flags: codes[failure] };
    const referral = referrals.get(name);
    if (referral) return { authorities: referral.map((server) => record(name, 'NS', server)) };
    const types = values.get(name) ?? typesAt(nowStanding(), name);
    if (types === undefined) return { flags: AUTHORITATIVE_ANSWER | codes['no such name'] };
    const alias = types.get('CNAME')?.[0];
    const answers = (types.get(type) ?? []).map((value) => record(name, type as DnsRecordType, value));
    if (alias === undefined || type === 'CNAME') return { flags: AUTHORITATIVE_ANSWER, answers };
    const behind = answerTo(alias.toLowerCase(), type);
    return behind && { ...behind, answers: [record(name, 'CNAME', alias), ...(behind.answers ?? [])] };
  };
  socket.on('message', (message, from) => {
    let question: DecodedPacket;
    try {
      question = decode(message);
    } catch {
      return; // not DNS
    }
    const [first] = question.questions ?? [];
    if (first === undefined) return;
    const name = first.name.toLowerCase();
    asked.push(`${first.type} ${name}`);
    const answer = answerTo(name, first.type);
    if (answer === undefined) return;
    const flags = (answer.flags ?? 0) | RECURSION_AVAILABLE;
    socket.send(encode({ ...answer, flags, type: 'response', id: question.id, questions: [first] }), from.port, from.address);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(wanted, host, () => {
      socket.off('error', reject);
      resolve();
    });
  });
  const { port } = socket.address();
  return {
    address: `${host}:${port}`,
    port,
    set(name, type, given) {
      const types = values.get(name.toLowerCase()) ?? new Map<string, readonly string[]>();
      values.set(name.toLowerCase(), types.set(type, given));
    },
    fail: (name, how, type) => void failures.set(type === undefined ? name.toLowerCase() : `${type} ${name.toLowerCase()}`, how),
    delegate: (name, servers) => void referrals.set(name.toLowerCase(), servers),
    asked: () => [...asked],
    stop: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** Type → values; undefined when nothing stands at that name. */
function typesAt(records: readonly StandingRecord[], name: string): Map<string, readonly string[]> | undefined {
  const here = records.filter((one) => one.name === name);
  return here.length === 0
    ? undefined
    : new Map(here.map(({ type }) => [type, here.filter((one) => one.type === type).map((one) => one.value)]));
}

function record(name: string, type: DnsRecordType, value: string): Answer {
  if (type === 'TXT') return { type, name, ttl, data: value.match(/.{1,255}/gs) ?? [''] };
  if (type !== 'MX') return { type, name, ttl, data: value };
  const [preference = '0', exchange = ''] = value.split(' ');
  return { type, name, ttl, data: { preference: Number(preference), exchange } };
}
