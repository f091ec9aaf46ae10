import { open, type FileHandle } from 'node:fs/promises';
import { onceEvery, type SecretMask } from '../logging/index.js';
import { Recorder, type Exchange } from './exchange.js';
import { lineOf } from './mask-exchange.js';

/** Most bytes that wait for the disk. */
const mostWaitingBytes = 33_554_432;
const problemIntervalMs = 60_000;

export interface FileRecorderOptions {
  /** Made when it is not there, readable by its owner alone. Several processes may append to one file. */
  readonly path: string;
  readonly mask: SecretMask;
  /** Told when the file cannot be written, once a minute at the most. */
  readonly onProblem?: (error: unknown) => void;
}

/** Appends every exchange to a file, one JSON object a line, in the order it is told of them. */
export class FileRecorder extends Recorder {
  private waiting: Buffer[] = [];
  private waitingBytes = 0;
  /** Exchanges left out because the disk did not keep up. */
  private dropped = 0;
  private writing: Promise<void> | undefined;
  private file: FileHandle | undefined;
  private closed = false;
  private readonly problem = onceEvery(problemIntervalMs);

  constructor(private readonly options: FileRecorderOptions) {
    super();
  }

  override record(exchange: Exchange): void {
    if (this.closed) return;
    try {
      const line = Buffer.from(`${lineOf(exchange, this.options.mask)}\n`);
      if (this.waitingBytes + line.length > mostWaitingBytes) {
        this.dropped += 1;
        return;
      }
      this.push(line);
    } catch (error) {
      this.report(error);
    }
  }

  /** When everything told so far is in the file, or could not be written. */
  async flush(): Promise<void> {
    await this.writing;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.flush();
    await this.file?.close();
    this.file = undefined;
  }

  private push(line: Buffer): void {
    this.waiting.push(line);
    this.waitingBytes += line.length;
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  private async writeAll(): Promise<void> {
    while (this.waiting.length > 0) {
      if (this.dropped > 0) {
        this.waiting.push(Buffer.from(`${JSON.stringify({ kind: 'dropped', exchanges: this.dropped })}\n`));
        this.dropped = 0;
      }
      const lines = Buffer.concat(this.waiting);
      this.waiting = [];
      this.waitingBytes = 0;
      try {
        this.file ??= await open(this.options.path, 'a', 0o600);
        // One write a batch: in append mode another process' lines come before or after it, not between.
        for (let from = 0; from < lines.length;) from += (await this.file.write(lines, from)).bytesWritten;
      } catch (error) {
        this.report(error);
      }
    }
  }

  private report(error: unknown): void {
    try {
      this.problem(() => this.options.onProblem?.(error));
    } catch {
      // A call must not fail because nobody could be told that its record did.
    }
  }
}
