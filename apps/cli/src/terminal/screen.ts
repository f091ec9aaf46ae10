import { painted, plain, wantsColour, type Line } from './paint.js';

export interface ScreenStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const fallbackColumns = 100;
const fallbackRows = 40;

/**
 * A terminal with lines that stay, and below them a few that are drawn anew in place. Where there is no terminal, or one that cannot
 * move its cursor, only the lines that stay are written.
 */
export class Screen {
  /** Whether `draw` shows anything. */
  readonly isLive: boolean;
  private readonly colour: boolean;
  private drawn: readonly Line[] = [];
  private height = 0;

  constructor(
    private readonly stream: ScreenStream,
    env: Readonly<Record<string, string | undefined>> = {},
  ) {
    this.isLive = stream.isTTY === true && env['TERM'] !== 'dumb';
    this.colour = wantsColour(stream, env);
  }

  /** A line that stays, above what is being drawn. */
  print(...pieces: Line): void {
    const text = this.colour ? painted(pieces) : plain(pieces);
    this.stream.write(`${this.erase()}${text}\n${this.redraw()}`);
  }

  /** Draws the lines in place of those drawn before. */
  draw(lines: readonly Line[]): void {
    if (!this.isLive) return;
    const erase = this.erase();
    this.drawn = lines;
    this.stream.write(`${erase}${this.redraw()}`);
  }

  /** Lets the drawn lines stay as they are. */
  keep(): void {
    this.drawn = [];
    this.height = 0;
  }

  private erase(): string {
    return this.height === 0 ? '' : `\u001b[${this.height}A\u001b[0J`;
  }

  private redraw(): string {
    // The cursor cannot go further up than the top of the window: what is longer is shown from below.
    const lines = this.drawn.slice(-Math.max(1, (this.stream.rows ?? fallbackRows) - 1));
    this.height = lines.length;
    const width = (this.stream.columns ?? fallbackColumns) - 1;
    return lines.map((line) => `${this.colour ? painted(line, width) : plain(line).slice(0, width)}\n`).join('');
  }
}
