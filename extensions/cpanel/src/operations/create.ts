import { absent, done, operation, password, secret, username as usernameReservation, type Operation } from '@hostwright/sdk';
import { Accounts } from '../accounts.js';
import { Certificates, type CertificateState } from '../certificates.js';
import { WhmClient } from '../client.js';
import { databaseName, Databases, inAccount } from '../databases.js';
import { connectedRecords } from '../dns-records.js';
import { contactOf } from '../ownership.js';
import { requirePackage } from '../packages.js';
import { limitsOf, requirePrivileges } from '../resellers.js';
import type { Create } from './shapes.js';

/** Undo of what is inside the account: it goes when the creation of the account is undone. */
const withAccount = () => Promise.resolve();

export const create: Operation<Create> = operation({
  reserve: {
    // Eight characters: the prefix of its databases, so that no two accounts share one.
    username: usernameReservation(
      ({ order }) => String(order['domain']),
      ({ server }) => String(server['host']),
      8,
    ),
    accountPassword: password(24),
    mailboxPassword: password(24),
    databasePassword: password(24),
  },
  steps: [
    'check package',
    'check privileges',
    'check user name',
    'create account',
    'make reseller',
    'set privileges',
    'set limits',
    'publish DNS',
    'create mailbox',
    'read database rules',
    'create database',
    'create database user',
    'grant database',
    'issue certificate',
    'install certificate',
  ],
  async run({ ctx, server: at, product: sold, order: asked, reserved, step, skip }) {
    const { username } = reserved;
    const domain = asked.domain.toLowerCase();
    const whm = new WhmClient(ctx, at);
    const accounts = new Accounts(ctx, at);
    const certificates = new Certificates(ctx, at, username);
    const databases = new Databases(ctx, at, username);
    const contact = contactOf(at, ctx.owner, asked.email);

    await step('check package', { run: () => requirePackage(whm, sold.package) });
    const rights = sold.account === 'reseller' ? sold.resellerPrivileges : undefined;
    const limits = sold.account === 'reseller' ? limitsOf(sold) : undefined;
    if (rights === undefined) skip('check privileges', 'the product names none');
    else await step('check privileges', { run: () => requirePrivileges(whm, rights) });
    await step('check user name', { run: () => accounts.requireFree(username) });
    const made = await step('create account', {
      strength: 'unique',
      permit: 'account',
      claim: { username, domain, contact },
      find: (claim) => accounts.findCreated(claim),
      run: async (claim) => {
        await accounts.create({
          ...claim,
          package: sold.package,
          password: reserved.accountPassword.$secret,
          takesLeftoverZone: sold.forceDns,
        });
        return claim;
      },
      // As it was claimed: the server's settings may be others by now.
      until: (claim) => accounts.createdState(claim),
      undo: (_made, claim) => accounts.removeCreated(claim),
    });

    const makeReseller = async () => {
      if (rights === undefined) skip('set privileges', 'the product names none');
      if (limits === undefined) skip('set limits', 'the product has none');
      if (sold.account !== 'reseller') return skip('make reseller', 'it is a hosting account');
      await step('make reseller', {
        strength: 'unique',
        claim: username,
        // Its own owner is what the call makes of it.
        find: async (user) => ((await whm.findAccount(user))?.owner === user ? done() : absent),
        run: (user) => whm.resellers.make(user),
        undo: (_nothing, user) => whm.resellers.unmake(user),
      });
      // Each is the whole state, and goes with the reseller.
      if (rights !== undefined)
        await step('set privileges', { run: () => whm.resellers.setPrivileges(username, rights), undo: withAccount });
      if (limits !== undefined) await step('set limits', { run: () => whm.resellers.limit(username, limits), undo: withAccount });
    };

    const publish = async () => {
      const records = connectedRecords(sold, domain, made.address);
      if (records.length === 0) return skip('publish DNS', 'cPanel keeps the zone');
      await Promise.all(records.map((record) => step(['publish DNS', `${record.type} ${record.name}`], ctx.dns.ensureRecord(record))));
    };

    const createMailbox = async () => {
      const { mailbox: local, mailboxQuotaMib: quotaMib } = sold;
      if (local === undefined) return skip('create mailbox', 'the product has none');
      const given = { local, domain, quotaMib, password: reserved.mailboxPassword.$secret };
      await step('create mailbox', {
        strength: 'unique',
        claim: `${local}@${domain}`,
        find: async (address) => ((await inAccount(whm.mailboxes(username))).includes(address) ? done() : absent),
        run: () => whm.createMailbox(username, given),
        undo: withAccount,
      });
      return `${local}@${domain}`;
    };

    const createDatabase = async () => {
      if (sold.database === undefined) {
        for (const name of databaseSteps) skip(name, 'the product has none');
        return undefined;
      }
      const rules = await step('read database rules', { run: () => databases.rules() });
      const name = databaseName(rules, username, sold.database);
      const ofDatabase = { strength: 'unique' as const, claim: name, undo: withAccount };
      await Promise.all([
        step('create database', {
          ...ofDatabase,
          find: (claim: string) => databases.findDatabase(claim),
          run: (claim: string) => databases.createDatabase(claim),
        }),
        step('create database user', {
          ...ofDatabase,
          find: (claim: string) => databases.findUser(claim),
          run: (claim: string) => databases.createUser(claim, reserved.databasePassword.$secret),
        }),
      ]);
      await step('grant database', {
        ...ofDatabase,
        find: (claim: string) => databases.findGrant(claim),
        run: (claim: string) => databases.grant(claim),
      });
      return name;
    };

    /** After DNS: AutoSSL looks the domain up. */
    const certify = async (): Promise<CertificateState | undefined> => {
      if (sold.certificate !== 'autossl') skip('issue certificate', 'the product leaves it out');
      if (sold.certificate !== 'installed') skip('install certificate', 'the product leaves it out');
      if (sold.certificate === 'none') return undefined;
      if (sold.certificate === 'installed') {
        return step('install certificate', { run: () => certificates.install(domain), undo: withAccount });
      }
      return step('issue certificate', {
        run: () => certificates.startAutoSsl(),
        until: (task) => certificates.autoSslState(task, domain),
        undo: withAccount,
      });
    };

    const [, certificate, mailbox, database] = await Promise.all([
      makeReseller(),
      publish().then(certify),
      createMailbox(),
      createDatabase(),
    ]);
    return {
      remoteId: username,
      username,
      domain,
      account: sold.account,
      dns: sold.dns,
      // Another module may install one: of that it tells itself.
      ...(certificate === undefined ? {} : { certificate }),
      ...made,
      ...(at.nameServers === undefined ? {} : { nameServers: at.nameServers }),
      ...(mailbox === undefined ? {} : { mailbox, mailboxPassword: secret(reserved.mailboxPassword.$secret) }),
      ...(database === undefined ? {} : { database, databaseUser: database, databasePassword: secret(reserved.databasePassword.$secret) }),
    };
  },
});

const databaseSteps = ['read database rules', 'create database', 'create database user', 'grant database'] as const;
