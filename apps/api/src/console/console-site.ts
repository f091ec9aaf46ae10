import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';

/** The folder of the built console: `index.html` and, in `assets/`, files named after their contents. */
@Injectable()
export class ConsoleSite {
  /** Where `npm run build` leaves it; the same from sources and from what is built of them. Tests put another one here. */
  folder = fileURLToPath(new URL('../../../console/dist/site', import.meta.url));

  /** Looked at anew each time, so that a console built later is served without a restart. */
  get isBuilt(): boolean {
    return existsSync(join(this.folder, 'index.html'));
  }
}
