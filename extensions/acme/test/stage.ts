import { generateKeyPairSync } from 'node:crypto';
import type { IssuedCertificate, Json, JsonObject, Operation, OperationShape } from '@hostwright/sdk';
import {
  playedDns,
  runOperation,
  startNameServer,
  testCtx,
  type NameServer,
  type PlayedDns,
  type Run,
  type RunOptions,
  type TestCtx,
  type TestCtxOptions,
} from '@hostwright/sdk-testing';
import { Pebble, type PebbleOptions } from '../sandbox/pebble.js';
import { certificate } from '../src/certificate.js';
import type { ServerConfig } from '../src/config.js';

export const newKey = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;

/** A real authority, the name server by which it validates and the panel looks names up, and the dns module whose records that one answers. */
export class PebbleStage {
  private constructor(
    readonly pebble: Pebble,
    readonly names: NameServer,
    readonly dns: PlayedDns,
    public server: ServerConfig,
  ) {}

  static async start(options: Omit<PebbleOptions, 'dnsServer'> = {}): Promise<PebbleStage> {
    const names = await startNameServer();
    const pebble = new Pebble();
    await pebble.start({ ...options, dnsServer: names.address });
    const server: ServerConfig = { directoryUrl: pebble.directoryUrl, accountKey: newKey(), termsAgreed: true, keyType: 'ecdsa-p256' };
    return new PebbleStage(pebble, names, playedDns(names), server);
  }

  async stop(): Promise<void> {
    await Promise.all([this.pebble.stop(), this.names.stop()]);
  }

  ctx(options: TestCtxOptions = {}): TestCtx {
    return testCtx({ dnsServers: [this.names.address], ...options });
  }

  obtain(names: readonly string[], options: RunOptions & TestCtxOptions = {}): Promise<Run<IssuedCertificate>> {
    return this.run(certificate.obtain, { input: { names } }, options);
  }

  run<Shape extends OperationShape>(
    operation: Operation<Shape>,
    args: JsonObject,
    options: RunOptions & TestCtxOptions = {},
  ): Promise<Run<Shape['output']>> {
    return runOperation(operation, { ctx: this.ctx(options), server: this.server as unknown as Json, ...args } as never, {
      answer: this.dns.answer,
      ...options,
    });
  }
}
