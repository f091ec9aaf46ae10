import { ServerChoices } from '@hostwright/core';
import { PanelError, type Choice, type Fields } from '@hostwright/sdk';
import { askServer, type ServerAsking } from './ask-server.js';
import { checkedChoices } from './remote-answers.js';

/** Forms are filled in by people: what they see may be this old. */
const freshMs = 30_000;
const readTimeoutMs = 20_000;
const mostKept = 500;

/** Loads lists through modules. Whoever asks while an answer is on its way waits for that one. */
export class ModuleChoices extends ServerChoices {
  private readonly kept = new Map<string, { readonly at: number; readonly choices: Promise<readonly Choice[]> }>();

  constructor(
    private readonly asking: ServerAsking,
    private readonly now: () => number,
  ) {
    super();
  }

  load(serverId: string, list: string): Promise<readonly Choice[]> {
    const key = `${serverId} ${list}`;
    const known = this.kept.get(key);
    if (known && this.now() - known.at < freshMs) return known.choices;
    const entry = { at: this.now(), choices: this.ask(serverId, list) };
    this.kept.delete(key);
    this.kept.set(key, entry);
    // A Map keeps the order of insertion, so the first is the oldest.
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= mostKept) break;
      this.kept.delete(oldest);
    }
    entry.choices.catch(() => {
      if (this.kept.get(key) === entry) this.kept.delete(key);
    });
    return entry.choices;
  }

  private async ask(serverId: string, list: string): Promise<readonly Choice[]> {
    const { module } = await this.asking.modules.find({ kind: 'provisioning', serverId });
    const fields = Object.values((module as { readonly product?: Fields }).product ?? {});
    if (!fields.some((field) => 'choicesFrom' in field && field.choicesFrom === list))
      throw new PanelError('not_found', `no product field of server ${serverId} loads a list of that name`, { field: 'list' });
    const asked = { serverId, read: 'choices', interactive: true, timeoutMs: readTimeoutMs } as const;
    const { answer, extension } = await askServer(this.asking, asked, { list });
    return checkedChoices(answer, extension);
  }
}
