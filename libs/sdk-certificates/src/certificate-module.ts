import {
  defineCertificates,
  operation,
  type CertificateModule,
  type CertificateOperationShape,
  type CertificateOrder,
  type CertificateRequest,
  type CertificateRevocation,
  type ConnectionTest,
  type Fields,
  type IssuedCertificate,
  type ModuleLimits,
  type TestArguments,
  type ValuesOf,
} from '@hostwright/sdk';
import type { OpenAuthority } from './authority.js';
import { obtainCertificate, obtainSteps } from './obtain.js';

export interface CertificateModuleSettings<Server extends Fields> {
  readonly server: Server;
  readonly limits?: ModuleLimits<Server>;
  readonly authority: OpenAuthority<ValuesOf<Server>>;
  testConnection?(args: TestArguments<Server>): Promise<ConnectionTest>;
}

/** The certificate module of an authority: what other modules ask through `ctx.certificates`. */
export function certificateModule<const Server extends Fields>({
  server,
  limits,
  authority: open,
  testConnection,
}: CertificateModuleSettings<Server>): CertificateModule<Server> {
  type Shape<Input, Output> = CertificateOperationShape<Server, Input, Output>;
  const obtaining = <Input extends CertificateRequest>(which: 'order' | 'reissue' | 'renew') =>
    operation<Shape<Input, IssuedCertificate>, Record<never, never>, (typeof obtainSteps)[number]>({
      steps: obtainSteps,
      async run({ ctx, server: at, input, step, skip }) {
        const authority = open(ctx, at);
        const ordering = authority[which] ?? authority.order;
        const { orderId } = input as unknown as Partial<CertificateOrder>;
        const {
          csr: _csr,
          privateKey,
          ...issued
        } = await obtainCertificate({
          ctx,
          step,
          skip,
          authority,
          ordering,
          names: input.names,
          ...(orderId === undefined ? {} : { orderId }),
        });
        if (!privateKey) throw new Error('a key was not made');
        return { ...issued, privateKey };
      },
    });
  return defineCertificates<Server>(
    { server, ...(limits ? { limits } : {}) },
    {
      obtain: obtaining<CertificateRequest>('order'),
      reissue: obtaining<CertificateOrder>('reissue'),
      renew: obtaining<CertificateOrder>('renew'),
      revoke: operation<Shape<CertificateRevocation, undefined>, Record<never, never>, 'revoke certificate'>({
        steps: ['revoke certificate'],
        async run({ ctx, server: at, input, step }) {
          await step('revoke certificate', { run: () => open(ctx, at).revoke(input) });
          return undefined;
        },
      }),
      cancel: operation<Shape<{ readonly orderId: string }, undefined>, Record<never, never>, 'cancel order'>({
        steps: ['cancel order'],
        async run({ ctx, server: at, input, step }) {
          await step('cancel order', { run: () => open(ctx, at).cancel(input.orderId) });
          return undefined;
        },
      }),
      status: ({ ctx, server: at, orderId }) => open(ctx, at).status(orderId),
      ...(testConnection ? { testConnection } : {}),
    },
  );
}
