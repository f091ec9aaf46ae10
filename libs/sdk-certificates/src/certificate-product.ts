import {
  action,
  defineProvisioning,
  fields,
  leaving,
  operation,
  PanelError,
  secret,
  type Action,
  type CreateShape,
  type Ctx,
  type Fields,
  type Inspection,
  type LaterShape,
  type ModuleLimits,
  type Operation,
  type PropertiesOf,
  type ServiceDates,
  type ProvisioningModule,
  type Skip,
  type Step,
  type TestArguments,
  type ConnectionTest,
  type ValuesOf,
} from '@hostwright/sdk';
import type { CertificateAuthority, Ordering } from './authority.js';
import { keyTypes } from './key-and-request.js';
import { certificateNames } from './names.js';
import { obtainCertificate, obtainSteps, type ObtainedCertificate, type ObtainStep } from './obtain.js';

/** What the seller chooses for every certificate, whoever issues it. An extension adds its own. */
export const certificateProductFields = fields({
  keyType: { type: 'choice', label: 'Key', choices: keyTypes, default: 'rsa-2048' },
  validation: {
    type: 'choice',
    label: 'Validation',
    help: 'automatic: the records are made at the connected dns module; by the customer: he is told them',
    choices: ['automatic', 'by the customer'],
    default: 'automatic',
  },
  install: { type: 'boolean', label: 'Install it on the site that the service is for', default: false },
});

/** Asked at checkout. */
export const certificateOrderFields = fields({
  names: {
    type: 'text',
    label: 'Names',
    help: 'Separated by commas or spaces; the first is the main one. Example: shop.example.com, www.shop.example.com',
    maxLength: 4_000,
  },
  csr: {
    type: 'multiline',
    label: 'Certificate request',
    help: 'Only with a key of your own: PEM, for exactly these names. Without one we make the key',
    optional: true,
    maxLength: 16_000,
  },
});

/** What create leaves on the service. */
export const certificateProperties = fields({
  orderId: { type: 'text', label: 'Order', maxLength: 500 },
  names: { type: 'text', label: 'Names', maxLength: 4_000, shownTo: 'customer' },
  certificate: { type: 'multiline', label: 'Certificate', shownTo: 'customer' },
  chain: { type: 'multiline', label: 'Intermediate certificates', shownTo: 'customer' },
  csr: { type: 'multiline', label: 'Certificate request', shownTo: 'customer' },
  privateKey: { type: 'secret', multiline: true, label: 'Private key', optional: true },
  validFrom: { type: 'text', label: 'Valid from', maxLength: 40, shownTo: 'customer' },
  validTo: { type: 'text', label: 'Valid to', maxLength: 40, shownTo: 'customer' },
  paidTo: { type: 'text', label: 'Paid to', maxLength: 40, shownTo: 'customer' },
});

export type CertificateProductValues = ValuesOf<typeof certificateProductFields>;
type Properties = PropertiesOf<typeof certificateProperties>;
type OrderValues = ValuesOf<typeof certificateOrderFields>;

export interface CertificateProductSettings<Server extends Fields, Product extends typeof certificateProductFields> {
  readonly server: Server;
  /** `certificateProductFields` and the extension's own. */
  readonly product: Product;
  readonly limits?: ModuleLimits<Server>;
  /** Its orders cost nothing: a certificate that nears its end is ordered anew without anybody paying for it. */
  readonly free?: true;
  /** Puts the authority together for one product on one server. */
  authority(ctx: Ctx, server: ValuesOf<Server>, product: ValuesOf<Product>): CertificateAuthority;
  testConnection?(args: TestArguments<Server>): Promise<ConnectionTest>;
}

const installing = [...obtainSteps, 'install certificate'] as const;

interface Issuing {
  readonly ctx: Ctx;
  readonly step: Step<ObtainStep | 'install certificate'>;
  readonly skip: Skip<ObtainStep | 'install certificate'>;
  readonly product: CertificateProductValues;
  readonly authority: CertificateAuthority;
  readonly ordering: Ordering;
  readonly order: OrderValues;
  readonly orderId?: string;
  readonly paidTo?: string;
}

/** Orders, waits and installs: what create, renewal and reissue have in common. */
async function issue({ ctx, step, skip, product, authority, ordering, order, orderId, paidTo }: Issuing): Promise<Properties> {
  const names = certificateNames(order.names.split(/[\s,]+/).filter(Boolean), {
    field: 'order.names',
    ...(authority.mostNames === undefined ? {} : { most: authority.mostNames }),
  });
  const obtained = await obtainCertificate({
    ctx,
    step,
    skip,
    authority,
    ordering,
    names,
    publish: product.validation === 'automatic',
    ...(orderId === undefined ? {} : { orderId }),
    ...(paidTo === undefined ? {} : { paidTo }),
    ...(order.csr === undefined ? {} : { csr: order.csr }),
  });
  const { certificate, chain, privateKey } = obtained;
  if (!product.install) skip('install certificate', 'it is the customer’s to install');
  else if (!privateKey) skip('install certificate', 'the key is the customer’s own');
  else await step('install certificate', ctx.site.installCertificate({ names, certificate, chain, privateKey }));
  return propertiesOf(obtained);
}

function propertiesOf({
  orderId,
  names,
  certificate,
  chain,
  csr,
  privateKey,
  validFrom,
  validTo,
  paidTo,
}: ObtainedCertificate): Properties {
  return {
    orderId,
    names: names.join(', '),
    certificate,
    chain,
    csr,
    ...(privateKey ? { privateKey: secret(privateKey.$secret) } : {}),
    validFrom,
    validTo,
    paidTo,
  };
}

/**
 * When its upkeep begins, after two thirds of the certificate's life, and when it ends: with what is paid. What would have to be paid again
 * is left to whoever renews the service.
 */
function datesOf({ validFrom, validTo, paidTo }: Pick<Properties, 'validFrom' | 'validTo' | 'paidTo'>, free: boolean): ServiceDates {
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  const upkeepAt = new Date(from + ((to - from) * 2) / 3).toISOString();
  return { expiresAt: paidTo, ...(free || Date.parse(paidTo) - to > dayMs ? { upkeepAt } : {}) };
}

/** An authority may date the two some hours apart. */
const dayMs = 86_400_000;

/**
 * A certificate as something that is sold: ordered, validated, installed, renewed and withdrawn. Only the authority and its own product
 * fields are the extension's. There is nothing to suspend at an authority: the panel notes it, and what is installed stays.
 */
export function certificateProduct<const Server extends Fields, const Product extends typeof certificateProductFields>({
  server,
  product,
  limits,
  free,
  authority: open,
  testConnection,
}: CertificateProductSettings<Server, Product>): ProvisioningModule<
  Server,
  Product,
  typeof certificateOrderFields,
  typeof certificateProperties
> {
  type Order = typeof certificateOrderFields;
  type Left = typeof certificateProperties;
  type Create = CreateShape<Server, Product, Order, Left>;
  type Later = LaterShape<Server, Product, Order, Left>;
  type Given = Later['input'] & { readonly ctx: Ctx };
  const authorityOf = ({ ctx, server: at, product: sold }: Pick<Given, 'ctx' | 'server' | 'product'>) => open(ctx, at, sold);

  const again = (which: 'reissue' | 'renew') => async (args: Given & Pick<Issuing, 'step' | 'skip'>) => {
    const authority = authorityOf(args);
    const { ctx, step, skip, product: sold, order, properties } = args;
    const ordering = authority[which] ?? authority.order;
    const { orderId, paidTo } = properties;
    // A reissue stays within what is paid; a renewal pays anew.
    const term = which === 'reissue' ? { paidTo } : {};
    return issue({ ctx, step, skip, product: sold as CertificateProductValues, order, authority, ordering, orderId, ...term });
  };
  const renew: Operation<Later> = operation({ steps: installing, onFailure: 'roll back', run: again('renew') });
  const upkeep: Operation<Later> = operation({
    steps: installing,
    onFailure: 'roll back',
    async run(args) {
      if (free) return again('renew')(args);
      if (!authorityOf(args).reissue)
        throw new PanelError('unsupported', 'the authority issues nothing more for an order, and another would have to be paid for');
      return again('reissue')(args);
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
        const issued = await again('reissue')(args);
        return leaving(issued, { names: issued.names, validFrom: issued.validFrom, validTo: issued.validTo });
      },
    }),
    revoke: action({
      label: 'Revoke',
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
        const { orderId, certificate } = properties;
        await step('revoke certificate', { run: () => authorityOf(args).revoke({ orderId, certificate, reason: input.reason }) });
      },
    }),
  };
  return defineProvisioning(
    { server, product, order: certificateOrderFields, properties: certificateProperties, ...(limits ? { limits } : {}) },
    {
      create: operation<Create, Record<never, never>, (typeof installing)[number]>({
        steps: installing,
        async run(args) {
          const authority = authorityOf(args);
          const { ctx, step, skip, product: sold, order } = args;
          const ordering = authority.order;
          const left = await issue({ ctx, step, skip, product: sold as CertificateProductValues, order, authority, ordering });
          return { remoteId: left.orderId, ...left };
        },
      }),
      suspend: noted('note suspension'),
      unsuspend: noted('note end of suspension'),
      renew,
      upkeep,
      dates: ({ properties }) => datesOf(properties, free === true),
      terminate: operation<Later, Record<never, never>, 'remove from site' | 'cancel order'>({
        steps: ['remove from site', 'cancel order'],
        async run({ step, skip, properties, ...args }) {
          const { orderId, certificate, names } = properties;
          if ((args.product as CertificateProductValues).install && properties.privateKey)
            await step('remove from site', args.ctx.site.removeCertificate({ names: names.split(', '), certificate }));
          else skip('remove from site', 'it was not installed by us');
          await step('cancel order', { run: () => authorityOf(args).cancel(orderId) });
          return undefined;
        },
      }),
      async inspect({ properties, ...args }): Promise<Inspection> {
        const { state, validTo, paidTo } = await authorityOf(args).status(properties.orderId);
        const gone = state === 'cancelled' || state === 'rejected' || state === 'expired' || state === 'revoked';
        return {
          state: state === 'issued' ? 'running' : gone ? 'stopped' : 'changing',
          details: { order: state, ...(validTo ? { validTo } : {}), ...(paidTo ? { paidTo } : {}) },
        };
      },
      actions,
      ...(testConnection ? { testConnection } : {}),
    },
  );
}
