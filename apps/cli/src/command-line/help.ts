import type { Command } from './command.js';

export function helpOf(command: Command): string {
  const options = { ...command.options, help: { summary: 'show this' } };
  const usage = Object.entries(command.options).map(([name, { value, required }]) => {
    const text = value === undefined ? `--${name}` : `--${name} <${value}>`;
    return required ? text : `[${text}]`;
  });
  const rows = Object.entries(options).map(([name, option]): [string, string] => [
    `--${name}${'value' in option && option.value !== undefined ? ` <${option.value}>` : ''}`,
    option.summary,
  ]);
  return [
    `Usage: hostwright ${[command.name, ...usage].join(' ')}`,
    '',
    `${command.summary}.`,
    ...(command.details === undefined ? [] : ['', command.details]),
    '',
    ...table(rows),
    '',
  ].join('\n');
}

export function overview(commands: readonly Command[]): string {
  return [
    'Usage: hostwright <command> [options]',
    '',
    ...table(commands.map(({ name, summary }): [string, string] => [name, summary])),
    '',
    ...table([
      ['--help', 'show this, or with a command what it takes'],
      ['--version', 'show the version'],
    ]),
    '',
    'Settings are environment variables; .env.example lists them.',
    '',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
