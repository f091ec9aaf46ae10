import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PanelError, type Log } from '@hostwright/sdk';
import type { Rendering } from './compile-template.js';
import { mailNames, type MailName, type MailView } from './mail-view.js';

/** What is sent. */
export interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface CompiledText {
  readonly subject: Rendering;
  readonly text: Rendering;
}

/** The panel's own, in the languages there are. */
const ownFolder = fileURLToPath(new URL('../../mail-templates/', import.meta.url));
const defaultLocale = 'en';
const content = { txt: '<content>', mjml: '<content />' };
const subjectLine = /^Subject: (.+)\r?\n\r?\n/;

/**
 * Mails as `<folder>/<locale>/<mail>.txt`, which begins with its subject, and `.mjml`, each inside the `layout` of its kind. The operator's
 * files come before the panel's own, one by one; where one of them is broken, the log says so and the panel's own is used.
 */
export class MailTemplates {
  private readonly texts = new Map<string, Promise<CompiledText>>();
  private readonly pages = new Map<string, Promise<Rendering>>();

  constructor(
    /** The operator's. Undefined: there are none. */
    private readonly folder: string | undefined,
    private readonly log: Pick<Log, 'error'>,
  ) {}

  async render(mail: MailName, view: MailView, locale = defaultLocale): Promise<RenderedMail> {
    const [{ subject, text }, html] = await Promise.all([this.textOf(mail, locale), this.pageOf(mail, locale)]);
    return { subject: subject(view), text: text(view), html: html(view) };
  }

  /** What is wrong with the operator's files: file and reason. Empty when all is well. */
  async check(locale = defaultLocale): Promise<readonly string[]> {
    if (this.folder === undefined) return [];
    const { folder } = this;
    const problems = await Promise.all(
      mailNames.flatMap((mail) => [
        problemOf(`${mail}.txt`, () => readText([folder, ownFolder], locale, mail)),
        problemOf(`${mail}.mjml`, () => readPage([folder, ownFolder], locale, mail)),
      ]),
    );
    return problems.filter((problem) => problem !== undefined);
  }

  private textOf(mail: MailName, locale: string): Promise<CompiledText> {
    return once(this.texts, `${locale}/${mail}.txt`, (name) => this.orOwn(name, (folders) => readText(folders, locale, mail)));
  }

  private pageOf(mail: MailName, locale: string): Promise<Rendering> {
    return once(this.pages, `${locale}/${mail}.mjml`, (name) => this.orOwn(name, (folders) => readPage(folders, locale, mail)));
  }

  private async orOwn<T>(name: string, read: (folders: readonly string[]) => Promise<T>): Promise<T> {
    if (this.folder === undefined) return read([ownFolder]);
    try {
      return await read([this.folder, ownFolder]);
    } catch (error) {
      this.log.error(`the mail template ${name} cannot be used, and the panel's own is sent in its place`, { reason: messageOf(error) });
      return read([ownFolder]);
    }
  }
}

async function readText(folders: readonly string[], locale: string, mail: MailName): Promise<CompiledText> {
  const source = await readSource(folders, locale, `${mail}.txt`);
  const [head, subject] = subjectLine.exec(source) ?? [];
  if (head === undefined || subject === undefined)
    throw new PanelError('invalid_config', 'it must begin with a line "Subject: …" and an empty one');
  const layout = await readSource(folders, locale, 'layout.txt');
  const { compileText } = await import('./compile-template.js');
  return { subject: compileText(subject), text: compileText(within(layout, content.txt, source.slice(head.length).trimEnd())) };
}

async function readPage(folders: readonly string[], locale: string, mail: MailName): Promise<Rendering> {
  const source = await readSource(folders, locale, `${mail}.mjml`);
  const { compileHtml } = await import('./compile-template.js');
  return compileHtml(within(await readSource(folders, locale, 'layout.mjml'), content.mjml, source));
}

function within(layout: string, place: string, inner: string): string {
  const [before, after, ...more] = layout.split(place);
  if (before === undefined || after === undefined || more.length > 0)
    throw new PanelError('invalid_config', `its layout must hold "${place}" once`);
  return before + inner + after;
}

/** From the first folder that has it, in this language or else in the first one. */
async function readSource(folders: readonly string[], locale: string, file: string): Promise<string> {
  for (const language of new Set([locale, defaultLocale]))
    for (const folder of folders) {
      try {
        return await readFile(join(folder, language, file), 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  throw new PanelError('invalid_config', `there is no ${file}`);
}

/** Made once, and again only when that failed. */
function once<T>(made: Map<string, Promise<T>>, name: string, make: (name: string) => Promise<T>): Promise<T> {
  const known = made.get(name);
  if (known) return known;
  const making = make(name);
  made.set(name, making);
  making.catch(() => made.delete(name));
  return making;
}

async function problemOf(file: string, read: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await read();
    return undefined;
  } catch (error) {
    return `${file}: ${messageOf(error)}`;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
