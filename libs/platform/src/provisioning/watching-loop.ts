import { JobLoop, type DomainWatch } from '@hostwright/core';

/** A worker that looks at the DNS of waiting domains besides. */
export class WatchingLoop extends JobLoop {
  constructor(
    private readonly loop: JobLoop,
    private readonly watch: DomainWatch,
  ) {
    super();
  }

  override async start(): Promise<void> {
    await this.loop.start();
    this.watch.start();
  }

  override look(): void {
    this.loop.look();
  }

  override async stop(): Promise<void> {
    await Promise.all([this.watch.stop(), this.loop.stop()]);
  }
}
