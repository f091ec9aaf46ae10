import type { ChildProcess } from 'node:child_process';
import { callPanel } from './call-panel.js';
import { MailServer, type TakenMail } from './mail-server.js';
import { Stage } from './stage.js';
import { waitFor } from './waits.js';

/** An installation with a mail server: whoever is told something is told it by a worker process. */
export class MailStage {
  static readonly publicUrl = 'https://panel.example.com';

  private constructor(
    readonly mails: MailServer,
    readonly stage: Stage,
    readonly url: string,
    private worker: ChildProcess,
  ) {}

  /** `environment`: more of the processes' environment. */
  static async open(environment: Record<string, string>): Promise<MailStage> {
    const mails = await MailServer.start();
    const sending = { SMTP_URL: mails.url, PUBLIC_URL: MailStage.publicUrl, MAIL_FROM: 'Acme Hosting <hello@acme.example>' };
    const stage = await Stage.open({ speed: 0.005, environment: { ...sending, ...environment } });
    const [url, worker] = await Promise.all([stage.startApi(), stage.startWorker()]);
    return new MailStage(mails, stage, url, worker);
  }

  async close(): Promise<void> {
    await this.stage.close();
    await this.mails.stop();
  }

  get pool(): Stage['db']['pool'] {
    return this.stage.db.pool;
  }

  call<T = Record<string, string>>(method: string, path: string, body?: unknown, token?: string): Promise<{ status: number; body: T }> {
    return callPanel<T>(`${method} ${this.url}/api/v1/${path}`, body, token);
  }

  /** The worker dies, and another takes its place. */
  async replaceWorker(): Promise<void> {
    this.worker.kill('SIGKILL');
    this.worker = await this.stage.startWorker();
  }

  /** Waits until there is what is looked for. `what`: its name. */
  eventually<T>(look: () => T | undefined | false | Promise<T | undefined | false>, what: string): Promise<T> {
    return waitFor(
      25_000,
      async () => (await look()) || undefined,
      async () => {
        const { rows } = await this.pool.query(`SELECT kind, payload, state, attempts, error, result FROM queue_task ORDER BY id`);
        return [`no ${what}`, ...rows.map((row) => JSON.stringify(row)), ...this.stage.lines.slice(-5)].join('\n');
      },
    );
  }

  mailTo(address: string, subject: RegExp): Promise<TakenMail> {
    const find = () => this.mails.to(address).find((mail) => subject.test(mail.subject));
    return this.eventually(find, `mail to ${address} about ${subject}`);
  }

  /** Waits until everything that was to be told has been. */
  async allTold(): Promise<void> {
    await this.eventually(async () => {
      const { rows } = await this.pool.query<{ open: number }>(
        `SELECT ((SELECT count(*) FROM outbox) + (SELECT count(*) FROM queue_task WHERE queue = 'emails' AND state IN ('pending', 'running') AND wake_at <= now() + interval '1 minute'))::int AS open`,
      );
      return rows[0]?.open === 0;
    }, 'end of what is to be told');
  }

  /** What stands behind the # of the link to that page in a mail. */
  tokenIn(mail: TakenMail, page: string): string {
    return new RegExp(`${MailStage.publicUrl}/app/${page}#([\\w-]{43})\\b`).exec(mail.text)![1]!;
  }
}
