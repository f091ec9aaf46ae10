import { parseArgs, type ParseArgsConfig } from 'node:util';
import { GivenOptions, UsageError, type Command } from './command.js';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'help'; readonly command?: Command }
  | { readonly kind: 'version' }
  | { readonly kind: 'run'; readonly command: Command; readonly given: GivenOptions };

/** Throws `UsageError`, which names what is wrong. */
export function parse(args: readonly string[], commands: readonly Command[]): Request {
  const firstOption = args.findIndex((arg) => arg.startsWith('-'));
  const words = firstOption === -1 ? args : args.slice(0, firstOption);
  const rest = args.slice(words.length);
  const [word] = words;
  if (word === undefined || word === 'help')
    return withoutCommand(word === undefined ? rest : ['--help', ...rest], words.slice(1), commands);
  const command = findCommand(words, commands);
  if (!command) throw new UsageError(unknownCommand(words, commands));
  const [stray] = words.slice(command.name.split(' ').length);
  if (stray !== undefined) throw new UsageError(`unexpected "${stray}"`, command.name);
  if (rest.includes('--help') || rest.includes('-h')) return { kind: 'help', command };
  return { kind: 'run', command, given: optionsIn(rest, command) };
}

function withoutCommand(rest: readonly string[], topic: readonly string[], commands: readonly Command[]): Request {
  const [option] = rest;
  if (option === '--version' || option === '-v') return { kind: 'version' };
  if (option !== undefined && option !== '--help' && option !== '-h') throw new UsageError(`unknown option ${option}`);
  if (topic.length === 0) return { kind: 'help' };
  const command = findCommand(topic, commands);
  if (!command) throw new UsageError(unknownCommand(topic, commands));
  return { kind: 'help', command };
}

function findCommand(words: readonly string[], commands: readonly Command[]): Command | undefined {
  return commands.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
}

function unknownCommand(words: readonly string[], commands: readonly Command[]): string {
  const group = commands.filter(({ name }) => name.startsWith(`${words[0]} `)).map(({ name }) => name);
  return group.length > 0 ? `"${words.join(' ')}" is no command; there is: ${group.join(', ')}` : `there is no command "${words[0]}"`;
}

function optionsIn(rest: readonly string[], { name, options }: Command): GivenOptions {
  const config: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    Object.entries(options).map(([option, { value }]) => [option, { type: value === undefined ? 'boolean' : 'string' }]),
  );
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    values = parseArgs({ args: [...rest], options: config, strict: true, allowPositionals: false }).values as typeof values;
  } catch (error) {
    // Node's own words, of which the first sentence says it.
    throw new UsageError(error instanceof Error ? lowerFirst(error.message.split('. ')[0] ?? '') : String(error), name);
  }
  for (const [option, { required, value }] of Object.entries(options)) {
    if (required && values[option] === undefined) throw new UsageError(`--${option} <${value ?? ''}> is missing`, name);
  }
  return new GivenOptions(values);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\n/g, ' ');
}
