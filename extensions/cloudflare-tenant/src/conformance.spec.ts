import { describeProvisioning, testCtx, type ConformanceCase } from '@hostwright/sdk-testing';
import { startTenantSandbox } from '../sandbox/index.js';
import { provisioning } from './provisioning.js';

const mark = 'hw-test-c3';

function aCase(product: object = {}): ConformanceCase {
  return {
    module: provisioning,
    start: async () => {
      const sandbox = await startTenantSandbox({ speed: 0.0005 });
      return { ...sandbox, product: { ...sandbox.product, ...product } };
    },
    ctx: () => testCtx({ owner: 'hw-test-7', customer: () => Promise.resolve({ mark, others: [], domains: [] }), deadlineMs: 400 }),
    order: { domain: 'shop.example', email: 'customer@example.com' },
    life: [
      { operation: 'recheckZone' },
      { operation: 'listPlans' },
      { operation: 'addHostname', input: { hostname: 'www.client.dev', method: 'txt' } },
      { operation: 'listHostnames' },
      { operation: 'recheckHostname', input: { hostname: 'www.client.dev' } },
      { operation: 'setFallbackOrigin', input: { origin: 'origin.shop.example' } },
      { operation: 'removeHostname', input: { hostname: 'www.client.dev' } },
      { operation: 'suspend' },
      { operation: 'unsuspend' },
      {
        operation: 'changePackage',
        product: {
          plan: 'business',
          frequency: 'monthly',
          argo: false,
          loadBalancing: true,
          advancedCertificates: true,
          invite: true,
          role: '05784afa30c1afe1440e79d9351c7430',
          suspension: 'pauses the zone and removes the member',
          customHostnames: 3,
        },
      },
    ],
  };
}

describeProvisioning('cloudflare-tenant', aCase());
describeProvisioning(
  'cloudflare-tenant whose suspension removes the member',
  aCase({ suspension: 'pauses the zone and removes the member' }),
);

/** Of what a service above has, which is there before and afterwards, the suite is told nothing. */
function addOnsCase(): ConformanceCase {
  const above = 'hw-test-6';
  const product = {
    plan: 'none',
    frequency: 'monthly',
    argo: true,
    loadBalancing: false,
    advancedCertificates: true,
    invite: true,
    role: '05784afa30c1afe1440e79d9351c7430',
    suspension: 'pauses the zone',
    customHostnames: 0,
  };
  return {
    // Its buttons are for services with a zone of their own.
    module: { ...provisioning, actions: {} },
    start: async () => {
      const sandbox = await startTenantSandbox({ speed: 0.0005 });
      const zone = sandbox.world.addZone(sandbox.world.addAccount(mark).id, 'shop.example', 'active');
      const record = { id: sandbox.world.id('record', above), type: 'TXT', name: '_hostwright.shop.example', comment: above, ttl: 1 };
      zone.records.set(record.id, { ...record, content: `"${above}"` });
      const standing = new Set(sandbox.ledger().map(({ id }) => id));
      return { ...sandbox, product, ledger: () => sandbox.ledger().filter(({ id }) => !standing.has(id)) };
    },
    ctx: () =>
      testCtx({
        owner: 'hw-test-7',
        above: [above],
        customer: () => Promise.resolve({ mark, others: [{ serviceId: '6', product: { plan: 'pro' } }], domains: [] }),
        deadlineMs: 400,
      }),
    order: { domain: 'shop.example' },
    life: [
      { operation: 'suspend' },
      { operation: 'unsuspend' },
      { operation: 'changePackage', product: { ...product, argo: false, loadBalancing: true } },
    ],
  };
}

describeProvisioning('cloudflare-tenant that sells add-ons alone', addOnsCase());
