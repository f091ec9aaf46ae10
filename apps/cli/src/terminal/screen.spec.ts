import { describe, expect, it } from '@jest/globals';
import { painted } from './paint.js';
import { Screen } from './screen.js';

/** What a terminal shows of the text it was sent. */
function shown(text: string): string[] {
  const lines: string[] = [];
  for (const part of text.replace(/\u001b\[\d+m/g, '').split(/(?=\u001b\[\d+A\u001b\[0J)/)) {
    const [, up = '0', rest = part] = /^\u001b\[(\d+)A\u001b\[0J([^]*)$/.exec(part) ?? [];
    lines.splice(lines.length - Number(up), Number(up));
    lines.push(...rest.split('\n').slice(0, -1));
  }
  return lines;
}

function terminal(rows = 24, columns = 80): { screen: Screen; text: () => string } {
  let written = '';
  const screen = new Screen({ isTTY: true, rows, columns, write: (text) => (written += text) }, { TERM: 'xterm' });
  return { screen, text: () => written };
}

describe('a screen', () => {
  it('draws in place, and keeps what is printed above it', () => {
    const { screen, text } = terminal();
    screen.print('start');
    screen.draw([['a: running'], ['b: planned']]);
    screen.print('the worker was killed');
    screen.draw([['a: done'], ['b: running']]);
    expect(shown(text())).toEqual(['start', 'the worker was killed', 'a: done', 'b: running']);
  });

  it('lets a drawing stay when it is done', () => {
    const { screen, text } = terminal();
    screen.draw([['a: done']]);
    screen.keep();
    screen.draw([['b: done']]);
    screen.keep();
    screen.print('end');
    expect(shown(text())).toEqual(['a: done', 'b: done', 'end']);
  });

  it('never draws more than the window holds, in height and in width', () => {
    const { screen, text } = terminal(4, 8);
    for (let round = 0; round < 3; round += 1) screen.draw([['1'], ['2'], ['3'], ['4'], ['5 is far too long']]);
    expect(shown(text())).toEqual(['3', '4', '5 is fa']);
  });

  it('only prints, and without colours, where there is no terminal', () => {
    let written = '';
    const screen = new Screen({ write: (text) => (written += text) });
    screen.draw([['progress']]);
    screen.print(['done', 'green'], '!');
    expect(written).toBe('done!\n');
  });

  it('wants no colour when the environment does not', () => {
    let written = '';
    new Screen({ isTTY: true, write: (text) => (written += text) }, { NO_COLOR: '1' }).print(['done', 'green']);
    expect(written).toBe('done\n');
  });

  it('cuts by letters, not by what colours them', () => {
    expect(painted([['✔✔', 'green'], ' abc'], 4).replace(/\u001b\[\d+m/g, '')).toBe('✔✔ a');
  });
});
