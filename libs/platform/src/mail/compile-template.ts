import { PanelError } from '@hostwright/sdk';
import Handlebars from 'handlebars';
import mjml2html from 'mjml';
import { viewLinks, viewTexts, type MailView } from './mail-view.js';

export type Rendering = (view: MailView) => string;

/** What may be done in a template. None of it runs anything. */
const blocks: readonly string[] = ['if', 'unless', 'each'];
const listNames: readonly string[] = ['facts'];
const lineNames: readonly string[] = ['label', 'value'];

const engine = Handlebars.create();
for (const name of Object.keys(engine.helpers)) if (!blocks.includes(name)) engine.unregisterHelper(name);

// This file is loaded when the first mail is rendered: its two libraries take a second.

/** A plain text. Throws `invalid_config` that says what is wrong with it, before it is ever rendered. */
export function compileText(source: string): Rendering {
  return compile(source, true);
}

/** An HTML page out of MJML, whose texts are escaped. Throws as `compileText`. */
export async function compileHtml(source: string): Promise<Rendering> {
  let html: string;
  try {
    ({ html } = await mjml2html(source, { validationLevel: 'strict', ignoreIncludes: true }));
  } catch (error) {
    throw broken(firstLines((error as Error).message));
  }
  if (/<script|javascript:/i.test(html)) throw broken('it holds a script');
  // Escaping keeps a text inside quotes, and nothing keeps it inside an attribute that has none.
  if (/=\s*\{\{/.test(html)) throw broken('an attribute has a name without quotes around it');
  for (const [, name = ''] of html.matchAll(/(?:href|src|action|background)\s*=\s*["'][^"'{]*\{\{\s*([\w.]+)/gi))
    if (!viewLinks.includes(name)) throw broken(`"${name}" is no link; there are ${viewLinks.join(' and ')}`);
  return compile(html, false);
}

function compile(source: string, plain: boolean): Rendering {
  let program: hbs.AST.Program;
  try {
    program = engine.parse(source);
  } catch (error) {
    throw broken(firstLines((error as Error).message));
  }
  check(program, [...viewTexts]);
  return engine.compile<MailView>(program, {
    strict: true,
    noEscape: plain,
    knownHelpersOnly: true,
    knownHelpers: Object.fromEntries(blocks.map((name) => [name, true])),
  });
}

/** Lets pass: texts by their name, and the blocks above around them. */
function check(program: hbs.AST.Program, names: readonly string[]): void {
  for (const node of program.body) {
    if (node.type === 'ContentStatement' || node.type === 'CommentStatement') continue;
    if (node.type === 'MustacheStatement') checkText(node as hbs.AST.MustacheStatement, names);
    else if (node.type === 'BlockStatement') checkBlock(node as hbs.AST.BlockStatement, names);
    else throw broken(`only {{name}}, {{#if}}, {{#unless}} and {{#each}} are understood`);
  }
}

function checkText({ path, params, hash, escaped }: hbs.AST.MustacheStatement & { escaped?: boolean }, names: readonly string[]): void {
  if (escaped === false) throw broken(`{{{ }}} and {{& }} would not be escaped`);
  const name = nameOf(path);
  if (params.length > 0 || hash?.pairs.length || !names.includes(name))
    throw broken(`there is no "${name}"; there are ${names.join(', ')}`);
}

function checkBlock({ path, params, hash, program, inverse }: hbs.AST.BlockStatement, names: readonly string[]): void {
  const block = nameOf(path);
  const [about] = params;
  const name = about ? nameOf(about) : '';
  const among = block === 'each' ? listNames : [...names, ...listNames];
  if (!blocks.includes(block) || params.length !== 1 || hash?.pairs.length || !among.includes(name))
    throw broken(`{{#${block} ${name}}} is not understood`);
  if (program) check(program, block === 'each' ? lineNames : names);
  if (inverse) check(inverse, names);
}

function nameOf(expression: hbs.AST.Node): string {
  const { type, original, data, depth, parts } = expression as hbs.AST.PathExpression;
  return type === 'PathExpression' && !data && depth === 0 && parts.length === 1 ? original : String(original ?? type);
}

function broken(why: string): PanelError {
  return new PanelError('invalid_config', why);
}

function firstLines(text: string): string {
  return text.split('\n').slice(0, 4).join(' ').trim();
}
