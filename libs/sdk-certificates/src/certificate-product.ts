import {
  action,
  defineProvisioning,
  fields,
  isPanelError,
  leaving,
  operation,
  PanelError,
  type Action,
  type CertificateStatus,
  type ConnectionTest,
  type CreateShape,
  type Ctx,
  type Fields,
  type Inspection,
  type LaterShape,
  type ModuleLimits,
  type Operation,
  type ProvisioningModule,
  type TestArguments,
  type ValuesOf,
} from '@hostwright/sdk';
import type { CertificateAuthority } from './authority.js';
import {
  certificateOrderFields,
  certificateProperties,
  type CertificateValues,
  type certificateProductFields,
} from './certificate-fields.js';
import { certificateFiles } from './certificate-files.js';
import { installing, issue, type Issuing, type SoldOrder, type SoldProduct } from './issue.js';
import { earlierOrders, renewal, renewing } from './renewal.js';
import { datesOf, keep, keeping } from './upkeep.js';

export interface CertificateProductSettings<
  Server extends Fields,
  Product extends typeof certificateProductFields,
  Order extends typeof certificateOrderFields,
> {
  readonly server: Server;
  /** `certificateProductFields` and the extension's own, such as `organizationProductFields`. */
  readonly product: Product;
  /** `certificateOrderFields` with `organizationOrderFields`, where products may name one. Default: without. */
  readonly order?: Order;
  readonly limits?: ModuleLimits<Server>;
  /** Its orders cost nothing: a certificate that nears its end is ordered anew without anybody paying for it. */
  readonly free?: true;
  /** What an order pays for ends with its one certificate, so that nothing is to be issued before it is renewed. Default: it may last longer. */
  readonly endsWithCertificate?: true;
  /** What else a revocation ends, as a sentence: whoever asks for one has to agree to it. Default: nothing else. */
  readonly revocationEnds?: string;
  /** Puts the authority together for one product on one server. */
  authority(ctx: Ctx, server: ValuesOf<Server>, product: ValuesOf<Product>): CertificateAuthority;
  testConnection?(args: TestArguments<Server>): Promise<ConnectionTest>;
}

/** How the order stands; of one that the authority has forgotten by now the certificate itself tells. */
async function statusOf(authority: CertificateAuthority, { orderId, validTo }: CertificateValues, ctx: Ctx): Promise<CertificateStatus> {
  try {
    return await authority.status(orderId);
  } catch (error) {
    if (!authority.forgetsOrders || !isPanelError(error) || error.code !== 'not_found') throw error;
    return { state: Date.parse(validTo) > Date.parse(ctx.now()) ? 'issued' : 'expired', validations: [], validTo };
  }
}

/**
 * A certificate as something that is sold: ordered, validated, installed, renewed and withdrawn. Only the authority and its own product
 * fields are the extension's. There is nothing to suspend at an authority: the panel notes it, and what is installed stays.
 */
export function certificateProduct<
  const Server extends Fields,
  const Product extends typeof certificateProductFields,
  const Order extends typeof certificateOrderFields = typeof certificateOrderFields,
>({
  server,
  product,
  order: asked = certificateOrderFields as Order,
  limits,
  free,
  endsWithCertificate,
  revocationEnds,
  authority: open,
  testConnection,
}: CertificateProductSettings<Server, Product, Order>): ProvisioningModule<Server, Product, Order, typeof certificateProperties> {
  type Left = typeof certificateProperties;
  type Create = CreateShape<Server, Product, Order, Left>;
  type Later = LaterShape<Server, Product, Order, Left>;
  type Given = Later['input'] & { readonly ctx: Ctx };
  const authorityOf = ({ ctx, server: at, product: sold }: Pick<Given, 'ctx' | 'server' | 'product'>) => open(ctx, at, sold);

  const issuingOf = (args: Pick<Given, 'ctx' | 'server' | 'product' | 'order' | 'wired'>, which: 'order' | 'reissue' | 'renew') => {
    const authority = authorityOf(args);
    const { ctx, product: sold, order, wired = [] } = args;
    const ordering = authority[which] ?? authority.order;
    return { ctx, authority, ordering, product: sold as SoldProduct, order: order as SoldOrder, wired };
  };
  const again = async (args: Given & Pick<Issuing, 'step' | 'skip' | 'installsLater'>, which: 'reissue' | 'renew') => {
    const { step, skip, properties, installsLater } = args;
    const before = properties as CertificateValues;
    const { orderId, paidTo } = before;
    const later = installsLater ? { installsLater } : {};
    // A reissue stays within what is paid; a renewal pays anew.
    const paid = which === 'reissue' && !endsWithCertificate ? { paidTo } : {};
    return issue({ ...issuingOf(args, which), ...later, step, skip, orderId, before, ...paid });
  };
  const renew: Operation<Later> = operation({
    steps: renewing,
    onFailure: 'roll back',
    async run(args) {
      const { step, skip } = args;
      const properties = args.properties as CertificateValues;
      return renewal({ ...issuingOf(args, 'renew'), step, skip, properties, keepsEarlier: free !== true });
    },
  });
  const upkeep: Operation<Later> = operation({
    steps: keeping,
    onFailure: 'roll back',
    async run(args) {
      const { ctx, step, skip, product: sold } = args;
      const properties = args.properties as CertificateValues;
      return keep({
        ctx,
        step,
        skip,
        properties,
        installs: (sold as SoldProduct).install,
        async issue() {
          if (free) return again({ ...args, installsLater: true }, 'renew');
          if (!authorityOf(args).reissue)
            throw new PanelError('unsupported', 'the authority issues nothing more for an order, and another would have to be paid for');
          return again({ ...args, installsLater: true }, 'reissue');
        },
      });
    },
  });
  const noted = (name: string): Operation<Later> =>
    operation({
      steps: [name],
      async run({ step }) {
        await step(name, { run: () => Promise.resolve() });
      },
    });
  const actions: Record<string, Action<Later>> = {
    reissue: action({
      label: 'Issue again with a new key',
      shownTo: 'customer',
      steps: installing,
      async run(args) {
        const issued = await again(args, 'reissue');
        return leaving(issued, { names: issued.names, validFrom: issued.validFrom, validTo: issued.validTo });
      },
    }),
    revoke: action({
      label: 'Revoke',
      ...(revocationEnds === undefined ? {} : { confirm: revocationEnds }),
      input: fields({
        reason: {
          type: 'choice',
          label: 'Reason',
          choices: ['unspecified', 'keyCompromise', 'superseded', 'cessationOfOperation'],
          default: 'unspecified',
        },
      }),
      steps: ['revoke certificate'],
      async run({ step, input, properties, ...args }) {
        const { orderId, certificate } = properties as CertificateValues;
        await step('revoke certificate', { run: () => authorityOf(args).revoke({ orderId, certificate, reason: input.reason }) });
      },
    }),
  };
  return defineProvisioning(
    { server, product, order: asked, properties: certificateProperties, ...(limits ? { limits } : {}) },
    {
      create: operation<Create, Record<never, never>, (typeof installing)[number]>({
        steps: installing,
        async run(args) {
          const left = await issue({ ...issuingOf(args, 'order'), step: args.step, skip: args.skip });
          return { remoteId: left.orderId, ...left };
        },
      }),
      suspend: noted('note suspension'),
      unsuspend: noted('note end of suspension'),
      renew,
      ...(endsWithCertificate ? {} : { upkeep }),
      dates: ({ properties }) => datesOf(properties, free === true),
      terminate: operation<Later, Record<never, never>, 'remove from site' | 'cancel order' | 'cancel earlier order'>({
        steps: ['remove from site', 'cancel order', 'cancel earlier order'],
        async run({ step, skip, properties, ...args }) {
          const made = properties as CertificateValues;
          if ((args.product as SoldProduct).install && made.privateKey)
            await step(
              'remove from site',
              args.ctx.site.removeCertificate({ names: made.names.split(', '), certificate: made.onSite ?? made.certificate }),
            );
          else skip('remove from site', 'it was not installed by us');
          await step('cancel order', { run: () => authorityOf(args).cancel(made.orderId) });
          // What a renewal took the place of is paid until it ends, and would go on being good.
          const earlier = earlierOrders(made);
          if (earlier.length === 0) skip('cancel earlier order', 'there is none');
          for (const orderId of earlier) await step(['cancel earlier order', orderId], { run: () => authorityOf(args).cancel(orderId) });
          return undefined;
        },
      }),
      async inspect({ properties, ...args }): Promise<Inspection> {
        const { state, validTo, paidTo } = await statusOf(authorityOf(args), properties as CertificateValues, args.ctx);
        const gone = state === 'cancelled' || state === 'rejected' || state === 'expired' || state === 'revoked';
        return {
          state: state === 'issued' ? 'running' : gone ? 'stopped' : 'changing',
          details: { order: state, ...(validTo ? { validTo } : {}), ...(paidTo ? { paidTo } : {}) },
        };
      },
      actions,
      files: ({ properties }) => certificateFiles(properties),
      ...(testConnection ? { testConnection } : {}),
    },
  );
}
