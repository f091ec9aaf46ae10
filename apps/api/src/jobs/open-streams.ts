import { Injectable } from '@nestjs/common';
import { PanelError } from '@hostwright/sdk';

/** In one process, and of one caller. */
const mostAtAll = 1_000;
const mostPerCaller = 20;

/** Counts open streams, so that nobody can exhaust the process by opening more. */
@Injectable()
export class OpenStreams {
  private readonly byCaller = new Map<string, number>();
  private all = 0;

  get size(): number {
    return this.all;
  }

  /** Answers what to call, once or more often, when the stream has ended. Throws `too_many_requests`. */
  take(actor: string): () => void {
    const open = this.byCaller.get(actor) ?? 0;
    if (open >= mostPerCaller) throw new PanelError('too_many_requests', `you have ${open} streams open; close one first`);
    if (this.all >= mostAtAll)
      throw new PanelError('too_many_requests', 'too many streams are open; try again later', { retryAfterMs: 5_000 });
    this.byCaller.set(actor, open + 1);
    this.all += 1;
    let taken = true;
    return () => {
      if (!taken) return;
      taken = false;
      this.all -= 1;
      const left = (this.byCaller.get(actor) ?? 1) - 1;
      if (left === 0) this.byCaller.delete(actor);
      else this.byCaller.set(actor, left);
    };
  }
}
