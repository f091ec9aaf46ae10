import type { BundlePanel, Ordered } from './bundle-panel.js';

/** What goes wrong with one component of a bundle. */
export interface Trouble {
  /** What is wrong, as the end of a sentence. */
  readonly what: string;
  /** Whether the domain is delegated to us. */
  readonly delegated?: boolean;
  readonly before?: (panel: BundlePanel) => Promise<unknown>;
  /** Once it is ordered. */
  readonly during?: (panel: BundlePanel, ordered: Ordered, customer: string) => Promise<unknown>;
  /** Ends it for everybody. */
  readonly calm?: (panel: BundlePanel) => Promise<unknown>;
  /** Ends it for this order. */
  readonly mend?: (panel: BundlePanel, customer: string) => unknown;
  /** Providers that are not asked for anything. */
  readonly untouched?: readonly string[];
}

export const zoneRefused: Trouble = {
  what: 'its domain is not delegated',
  delegated: false,
  mend: (panel, customer) => panel.delegate(`${customer}.example`),
  untouched: ['accounts', 'certificates'],
};

export const planRefused: Trouble = {
  what: 'its account may not have the plan',
  before: (panel) => panel.control('accounts', '/switches', { denied: ['PARTNERS_BIZ'] }),
  calm: (panel) => panel.control('accounts', '/switches', { denied: [] }),
};

export const siteRefused: Trouble = {
  what: 'the host takes no more sites',
  before: (panel) => panel.control('hosting', '/limit', { most: 0 }),
  calm: (panel) => panel.control('hosting', '/limit', { most: 100 }),
  untouched: ['certificates'],
};

/** Once the authority has the order, which until then waits for the names to be validated. An order that was refused stays so. */
export const certificateRefused: Trouble = {
  what: 'the authority refuses the certificate',
  before: (panel) => panel.validateNames(false),
  during: async (panel, ordered) => panel.control('certificates', '/order', { id: await orderNumber(panel, ordered), state: 'rejected' }),
  calm: (panel) => panel.validateNames(),
};

/** The site was suspended by hand, so nothing can be changed in it. */
export const installationRefused: Trouble = {
  what: 'the certificate cannot be installed',
  before: (panel) => panel.validateNames(false),
  during: async (panel, ordered, customer) => {
    await orderNumber(panel, ordered);
    await suspendByHand(panel, customer, true);
    await panel.validateNames();
  },
  mend: (panel, customer) => suspendByHand(panel, customer, false),
};

function orderNumber(panel: BundlePanel, { jobId }: Ordered): Promise<string> {
  return panel.eventually('a certificate is ordered', () => panel.at('certificates').ledger()[0]?.id, jobId);
}

async function suspendByHand(panel: BundlePanel, customer: string, suspended: boolean): Promise<void> {
  const accounts = panel.at('hosting').ledger();
  const { id } = accounts.find(({ details }) => details?.['domain'] === `${customer}.example`)!;
  await panel.control('hosting', '/account', { user: id, change: { suspended } });
}
