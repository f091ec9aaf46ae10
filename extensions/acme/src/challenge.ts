import { createHash } from 'node:crypto';
import { isPanelError, PanelError, type Ctx, type ValidationRecord } from '@hostwright/sdk';
import type { Authorization } from './answers.js';
import { base64url } from './jose.js';

/** Longer than anybody needs; what is longer goes round in a circle. */
const mostAliases = 8;

/** What has to stand in the DNS for a name. Throws `rejected` where the authority does not look there. */
export async function recordFor(
  { resolve }: Pick<Ctx, 'resolve'>,
  { name, challenge }: Authorization,
  thumbprint: string,
): Promise<ValidationRecord> {
  if (!challenge) throw new PanelError('rejected', `the authority offers no validation of ${name} by DNS`);
  const content = base64url(createHash('sha256').update(`${challenge.token}.${thumbprint}`).digest());
  return { name: await endOf(resolve, `_acme-challenge.${name}`), type: 'TXT', content };
}

/** Where a name leads to by CNAME: beside one nothing else can stand, and the authority looks at its end too. */
async function endOf(resolve: Ctx['resolve'], name: string): Promise<string> {
  let end = name;
  for (let alias = 0; alias < mostAliases; alias += 1) {
    const [next] = await aliasesOf(resolve, end);
    if (next === undefined) return end;
    end = next;
  }
  throw new PanelError('rejected', `${name} leads from alias to alias without an end: mend its CNAME record`);
}

async function aliasesOf(resolve: Ctx['resolve'], name: string): Promise<readonly string[]> {
  try {
    // A cache would remember for a while that nothing was there, also once it is.
    return await resolve(name, 'CNAME', { fresh: true });
  } catch (error) {
    // Nobody answers for the domain yet, and where nobody answers there is no alias.
    if (isPanelError(error) && error.code === 'unavailable') return [];
    throw error;
  }
}
