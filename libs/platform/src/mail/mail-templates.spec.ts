import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailTemplates } from './mail-templates.js';
import { mailNames, mailView, viewTexts, type MailView } from './mail-view.js';

const panel = 'https://panel.example.com';
const view = (over: Partial<MailView> = {}): MailView =>
  mailView({
    ...Object.fromEntries(viewTexts.map((name) => [name, `a ${name}`])),
    panelUrl: `${panel}/app`,
    link: `${panel}/app/welcome#t`,
    ...over,
  });
const evil = `"><img src=x onerror=alert(1)><a href='https://evil.example'>`;

let folder: string;
const lines: string[] = [];
const templates = () => new MailTemplates(folder, { error: (line, details) => lines.push(`${line}: ${JSON.stringify(details)}`) });
const write = (file: string, text: string): void => {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hostwright-mails-'));
  lines.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('mail templates', () => {
  it.each(mailNames)('%s links to the panel only, and loads nothing from anywhere', async (mail) => {
    const { html, subject, text } = await templates().render(mail, view({ facts: [{ label: 'Address', value: evil }] }));
    for (const [, url = ''] of html.matchAll(/(?:href|src|background)="([^"]*)"/g)) expect(url.startsWith(`${panel}/app`)).toBe(true);
    for (const [url] of text.matchAll(/https?:\/\/\S+/g))
      expect(url === "https://evil.example'>" || url.startsWith(`${panel}/app`)).toBe(true);
    expect(html).not.toMatch(/<script|@import|url\(/i);
    for (const part of [html, subject, text]) expect(part).not.toMatch(/\{\{|\}\}|undefined|\[object/);
    expect(lines).toEqual([]);
  });

  it.each(mailNames)('%s shows whatever is in a text as text', async (mail) => {
    const texts = Object.fromEntries(viewTexts.filter((name) => name !== 'panelUrl' && name !== 'link').map((name) => [name, evil]));
    const { html } = await templates().render(mail, view({ ...texts, facts: [{ label: evil, value: evil }] }));
    expect(html).not.toContain('<img');
    expect(html).not.toMatch(/href=['"]?https:\/\/evil/);
    expect(html).toContain('&lt;img');
  });

  it('tells of the link only where there is one', async () => {
    const without = await templates().render('welcome', view({ link: '' }));
    expect(without.text).not.toMatch(/Set your password|once/);
    expect(without.html).not.toMatch(/Set your password|once/);
    const given = await templates().render('welcome', view());
    expect(given.text).toContain(`${panel}/app/welcome#t`);
    expect(given.html).toContain(`href="${panel}/app/welcome#t"`);
  });

  it.each(['welcome', 'later-parts'] as const)('%s tells where files are fetched, where there are some', async (mail) => {
    const [some, none] = [await templates().render(mail, view({ files: 'yes' })), await templates().render(mail, view({ files: '' }))];
    for (const part of ['text', 'html'] as const) {
      expect(some[part]).toContain('Get the files');
      expect(none[part]).not.toMatch(/files/i);
    }
  });

  it('say of an end what is gone, and that what was the customer’s before, such as a zone, is not', async () => {
    const { text, html } = await templates().render('terminated', view());
    for (const part of [text, html]) expect(part).toContain('What was stored in it is gone; what was yours before it is left to you.');
  });

  it.each(['welcome', 'delayed'] as const)('%s names whom to sign in as, where somebody can', async (mail) => {
    const named = await templates().render(mail, view({ userName: 'ann@example.com' }));
    const unnamed = await templates().render(mail, view({ userName: '', link: '' }));
    for (const part of ['text', 'html'] as const) {
      expect(named[part]).toContain('ann@example.com');
      expect(unnamed[part]).not.toMatch(/sign in/i);
    }
  });

  it.each(['welcome', 'delayed', 'domain-waits'] as const)('%s has an empty line around what is there only at times', async (mail) => {
    const all = await templates().render(mail, view({ facts: [{ label: 'Address', value: 'a.example' }] }));
    const least = await templates().render(mail, view({ link: '', proofNeeded: '', nameServers: '', userName: '', facts: [] }));
    for (const { text } of [all, least]) {
      expect(text).not.toMatch(/\n{3}/);
      for (const begin of [/or, before/, /Instead/, /Set your/, /After/, /You /, /We /])
        for (const { index } of text.matchAll(new RegExp(`^${begin.source}`, 'gm'))) expect(text.slice(0, index)).toMatch(/\n\n$/);
    }
  });

  it('come from the operator where they are, and from the panel where they are not', async () => {
    write('en/welcome.txt', 'Subject: Moin {{product}}\n\nMoin!\n{{#each facts}}{{label}}={{value}};{{/each}}');
    const { subject, text, html } = await templates().render('welcome', view({ facts: [{ label: 'a', value: 'b' }] }));
    expect([subject, text.includes('Moin!\na=b;')]).toEqual(['Moin a product', true]);
    expect(html).toContain('has been set up');
    expect(await templates().check()).toEqual([]);
  });

  it('are in the language asked for, as far as there is one', async () => {
    write('de/suspended.txt', 'Subject: {{product}} ruht\n\nEs ruht.');
    expect((await templates().render('suspended', view(), 'de')).subject).toBe('a product ruht');
    expect((await templates().render('unsuspended', view(), 'de')).subject).toBe('a product runs again');
    expect((await templates().render('suspended', view())).subject).toBe('a product is suspended');
  });

  it.each([
    ['a name that there is not', 'welcome.txt', 'Subject: x\n\n{{password}}', /there is no "password"/],
    ['a way out of escaping', 'welcome.mjml', '<mj-text>{{{product}}}</mj-text>', /would not be escaped/],
    ['another way out', 'welcome.mjml', '<mj-text>{{&product}}</mj-text>', /would not be escaped/],
    ['a helper', 'welcome.txt', 'Subject: x\n\n{{lookup this "constructor"}}', /there is no "lookup"/],
    ['a way up', 'welcome.txt', 'Subject: x\n\n{{#each facts}}{{../product}}{{/each}}', /there is no/],
    ['what objects have', 'welcome.txt', 'Subject: x\n\n{{product.length}}', /there is no/],
    ['a partial', 'welcome.txt', 'Subject: x\n\n{{> other}}', /only \{\{name\}\}/],
    ['a block that is not closed', 'welcome.txt', 'Subject: x\n\n{{#if link}}', /Parse error/],
    ['no subject', 'welcome.txt', 'Hello', /must begin with a line "Subject/],
    ['a tag that MJML has not', 'welcome.mjml', '<mj-txt>Hello</mj-txt>', /mj-txt/],
    ['a file from elsewhere', 'welcome.mjml', '<mj-include path="/etc/passwd" />', /./],
    ['a text for a link', 'welcome.mjml', '<mj-button href="{{product}}">x</mj-button>', /"product" is no link/],
    ['an attribute without quotes', 'welcome.mjml', '<mj-text><a title={{product}}>x</a></mj-text>', /quotes/],
    ['a script', 'welcome.mjml', '<mj-raw><script>alert(1)</script></mj-raw>', /script/],
    ['a layout without a place', 'layout.txt', 'Hello', /must hold/],
  ])('say what is wrong with %s, and the mail is sent all the same', async (_, file, source, reason) => {
    const own = await new MailTemplates(undefined, { error: () => undefined }).render('welcome', view());
    write(`en/${file}`, source);
    const problems = await templates().check();
    const sent = await templates().render('welcome', view());
    if (file === 'welcome.mjml' && source.includes('mj-include')) {
      expect(sent.html).not.toContain('root:');
      return;
    }
    expect(problems.join('\n')).toMatch(reason);
    expect(sent).toEqual(own);
    expect(lines.join('\n')).toContain("the panel's own is sent in its place");
    expect(lines.join('\n')).toMatch(new RegExp(reason.source.replaceAll('"', '\\\\"')));
  });
});
