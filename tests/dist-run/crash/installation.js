import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger, createPool, ensureInstallation, loadExtensions, migrate, openProvisioning, readConfig, SecretMask, } from '@hostwright/platform';
import { seedShop } from '@hostwright/platform/testing';
import { WorkerProcess } from './worker-process.js';
export const root = join(import.meta.dirname, '../../..');
const soldShop = JSON.parse(readFileSync(join(root, 'config/demo.json'), 'utf8'));
/** What the providers hold of one finished site. */
export const delivered = soldShop.delivered;
const silentBell = { ring: () => Promise.resolve() };
/** A panel without HTTP in a database of its own: shipped extensions, shops as the demonstration has them, and their providers. */
export class Installation {
    pool;
    environment;
    installationId;
    provisioning;
    shops;
    lines;
    orders = 0;
    /** Services that went wrong: what is left of them is known already. */
    flawed = [];
    constructor(pool, environment, installationId, provisioning, shops, 
    /** What the worker processes have logged. */
    lines) {
        this.pool = pool;
        this.environment = environment;
        this.installationId = installationId;
        this.provisioning = provisioning;
        this.shops = shops;
        this.lines = lines;
    }
    static async open({ databaseUrl, shops: count, speed = 0.002, waitScale = 0.002, environment: more = {}, }) {
        await migrate(databaseUrl);
        const environment = {
            SECRET_KEY: randomBytes(32).toString('base64'),
            DATABASE_URL: databaseUrl,
            EXTENSIONS_DIR: join(root, 'extensions'),
            WAIT_SCALE: String(waitScale),
            LEASE_MS: '1000',
            LOG_LEVEL: 'error',
            NODE_ENV: 'test',
            ...more,
        };
        const config = readConfig(environment, root);
        const mask = new SecretMask();
        const logger = createLogger({ mask, level: 'silent' });
        const pool = createPool({ connectionString: databaseUrl, name: 'crash sweep', max: 10, log: { warn: () => undefined } });
        const installationId = await ensureInstallation(pool);
        const loader = await loadExtensions(config, logger);
        const provisioning = openProvisioning(loader, { config, installationId, pool, doorbell: silentBell, logger, mask });
        const shops = [];
        for (let number = 1; number <= count; number += 1) {
            const providers = await startProviders(speed);
            const { serverIds, productCodes } = await seedShop({ pool, loader, sealer: provisioning.sealer }, soldShop, providers, `-${number}`);
            shops.push({ providers, serverIds, productCode: productCodes[0] });
        }
        return new Installation(pool, environment, installationId, provisioning, shops, []);
    }
    async close() {
        await this.provisioning.close();
        await Promise.all(this.shops.flatMap(({ providers }) => Object.values(providers).map((provider) => provider.stop())));
        await this.pool.end();
    }
    /** A worker process that loads and waits to be told to begin. */
    newWorker() {
        return new WorkerProcess(join(import.meta.dirname, 'worker/lean-worker.js'), this.environment, root, this.lines);
    }
    async order(shop) {
        this.orders += 1;
        const email = `customer-${this.orders}@example.com`;
        const placed = await this.provisioning.desk.placeOrder({
            productCode: shop.productCode,
            customerEmail: email,
            order: { email, publicIp: '203.0.113.10' },
            requestedBy: 'crash sweep',
        });
        const names = Object.values(placed.reserved).flatMap((values) => Object.values(values).filter((value) => typeof value === 'string'));
        const owner = `hw-${this.installationId}-${placed.serviceId}`;
        return { shop, serviceId: placed.serviceId, createJobId: placed.jobId, owner, names };
    }
    async terminate({ serviceId }) {
        return (await this.provisioning.desk.request(serviceId, 'terminate', 'crash sweep')).jobId;
    }
    /** The provider behind a server. */
    providerOf(serverId) {
        for (const { providers, serverIds } of this.shops)
            for (const [kind, id] of Object.entries(serverIds))
                if (id === serverId)
                    return providers[kind];
        throw new Error(`there is no server ${serverId}`);
    }
}
async function startProviders(speed) {
    const started = soldShop.servers.map(async ({ extension, kind }) => {
        const { default: sandbox } = (await import(`@hostwright/ext-${extension}/sandbox`));
        return [kind, (await sandbox.start({ speed }))];
    });
    return Object.fromEntries(await Promise.all(started));
}
//# sourceMappingURL=installation.js.map