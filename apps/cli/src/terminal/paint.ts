import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

/** One line, in pieces of which each has a style of its own. */
export type Line = readonly Piece[];
export type Piece = string | readonly [text: string, style: Style];

export function plain(line: Line): string {
  return line.map((piece) => (typeof piece === 'string' ? piece : piece[0])).join('');
}

/** The line as the terminal shows it, cut to a width in characters. */
export function painted(line: Line, width = Number.POSITIVE_INFINITY): string {
  let room = width;
  return line
    .map((piece) => {
      const [text, style] = typeof piece === 'string' ? [piece, undefined] : piece;
      const letters = [...text];
      const shown = letters.length <= room ? text : letters.slice(0, Math.max(0, room)).join('');
      room -= letters.length;
      return style === undefined || shown === '' ? shown : styleText(style, shown);
    })
    .join('');
}

/** Whether a stream wants colours. */
export function wantsColour(stream: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  return stream.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
}
