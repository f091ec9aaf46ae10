import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { AUTHORITATIVE_ANSWER, decode, encode, type Answer } from 'dns-packet';

export interface AuthorityQuestion {
  readonly address: string;
  readonly port: number;
  /** Lower case, without a dot at the end. */
  readonly name: string;
  readonly signal: AbortSignal;
}

const waitMs = 2_000;
/** What fits into one packet nearly everywhere. Source: DNS flag day 2020. */
const udpPayloadSize = 1232;

/**
 * Asks one authoritative name server, without recursion, which name servers a domain has: its own, or those a referral names.
 * Lower case, without dots at the end; none when it says for certain that there are none. Undefined when it gives no usable answer.
 */
export function askAuthority({ address, port, name, signal }: AuthorityQuestion): Promise<readonly string[] | undefined> {
  return new Promise((resolve) => {
    // A random id and the system's random port are what an answer is known by.
    const id = randomInt(65_536);
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const end = (told: readonly string[] | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.close();
      resolve(told);
    };
    const giveUp = (): void => end(undefined);
    const timer = setTimeout(giveUp, waitMs);
    signal.addEventListener('abort', giveUp, { once: true });
    socket.once('error', giveUp);
    socket.on('message', (message) => {
      const told = readAnswer(message, id, name);
      if (told !== 'not ours') end(told);
    });
    socket.connect(port, address, () => {
      const question = encode({
        type: 'query',
        id,
        questions: [{ type: 'NS', name }],
        additionals: [{ type: 'OPT', name: '.', udpPayloadSize, flags: 0, options: [], extendedRcode: 0, ednsVersion: 0, flag_do: false }],
      });
      socket.send(question, (error) => error && giveUp());
    });
  });
}

/** What a packet says, or that it answers another question. */
function readAnswer(message: Buffer, id: number, name: string): readonly string[] | undefined | 'not ours' {
  let packet: ReturnType<typeof decode>;
  try {
    packet = decode(message);
  } catch {
    return 'not ours';
  }
  const [question] = packet.questions ?? [];
  if (packet.id !== id || packet.type !== 'response' || question?.type !== 'NS' || plain(question.name) !== name) return 'not ours';
  const flags = packet.flags ?? 0;
  const code = flags & 0xf;
  const isAuthoritative = (flags & AUTHORITATIVE_ANSWER) !== 0;
  // "No such name" counts from whoever is responsible for the name only.
  if (code === 3) return isAuthoritative ? [] : undefined;
  if (code !== 0 || packet.flag_tc) return undefined;
  const servers = [...(packet.answers ?? []), ...(packet.authorities ?? [])].flatMap((answer: Answer) =>
    answer.type === 'NS' && plain(answer.name) === name ? [plain(answer.data)] : [],
  );
  return servers.length > 0 || isAuthoritative ? servers : undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
