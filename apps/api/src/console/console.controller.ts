import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { PanelError } from '@hostwright/sdk';
import { Public } from '../http/index.js';
import { ConsoleSite } from './console-site.js';

/** An asset's name holds a hash of its contents: it never changes, and a new build has new names. */
const yearSeconds = 365 * 24 * 3600;

/** What a build names its assets. Nothing else is asked of the disk. */
const assetName = /^[\w-][\w.-]{0,150}$/;

@ApiExcludeController()
@Controller()
export class ConsoleController {
  constructor(private readonly site: ConsoleSite) {}

  @Get()
  @Public()
  root(@Res() reply: FastifyReply): FastifyReply {
    return this.page(reply);
  }

  /** Addresses of rooms of the console: the page itself knows which. */
  @Get(['app', 'app/*'])
  @Public()
  room(@Res() reply: FastifyReply): FastifyReply {
    return this.page(reply);
  }

  @Get('assets/:file')
  @Public()
  asset(@Param('file') file: string, @Res() reply: FastifyReply): FastifyReply {
    if (!this.site.isBuilt || !assetName.test(file)) throw new PanelError('not_found', 'there is nothing at this address');
    // With a file's own type and never a guess, which helmet's `nosniff` sees to.
    return reply.sendFile(`assets/${file}`, this.site.folder, { maxAge: yearSeconds * 1000, immutable: true });
  }

  private page(reply: FastifyReply): FastifyReply {
    if (!this.site.isBuilt) {
      throw new PanelError('not_found', 'the web console has not been built: run `npm run build`. The API is described at /docs');
    }
    // Asked for anew each time, since it names the assets of one build.
    return reply.header('cache-control', 'no-cache').sendFile('index.html', this.site.folder, { cacheControl: false });
  }
}
