import {
  absent,
  done,
  fields,
  operation,
  secret,
  type Ctx,
  type Fields,
  type InstallShape,
  type JsonObject,
  type NamesShape,
  type UninstallShape,
} from '@hostwright/sdk';
import { played } from './bundle.js';
import { refused, Things } from './things.js';

type Install = InstallShape<Fields, Fields, Fields, Fields>;
type CheckNames = NamesShape<Fields, Fields, Fields, Fields>;
type Uninstall = UninstallShape<Fields, Fields, Fields, Fields>;

const files = { names: ['a.example'], certificate: 'cert', chain: '', privateKey: { ...secret('k3y') } };

/** Serves nothing but the domain that was ordered. */
export const checkNames = operation<CheckNames>({
  steps: ['look'],
  async run({ step, order: sold, certificate: { names } }) {
    const other = names.find((name) => name !== sold['domain']);
    await step('look', { run: async () => (other === undefined ? undefined : refused()) });
  },
});

/** A provider of sites and an authority, with the modules for both: a certificate is installed on a site. */
export class CertifiedSites {
  readonly things = new Things();
  /** What the site's module was last told to install with, by the site's remote id: an earlier test's late look comes into a later one. */
  readonly seen = new Map<string, JsonObject>();
  /** Site → the certificate it serves. */
  readonly installed = new Map<string, string>();
  /** What happens when a certificate has been put on a site, and after the whole of it. */
  installing: () => void | Promise<void> = () => undefined;
  after: () => void | Promise<void> = () => undefined;

  /** The module that serves sites; `more`: what else it has. */
  site(more: object = {}) {
    return played({
      order: fields({ domain: { type: 'hostname', label: 'Domain' } }),
      product: fields({ plan: { type: 'text', label: 'Plan' } }),
      properties: fields({ address: { type: 'text', label: 'Address' }, token: { type: 'secret', label: 'Token' } }),
      steps: ['make'],
      create: async ({ step, ctx, service }) => {
        await step('make', this.things.step(`site${service.id}`, ctx.owner));
        return { remoteId: `site${service.id}`, address: 'server.example', token: { ...secret('t0ken') } };
      },
      more: {
        installCertificate: operation<Install>({
          steps: ['put certificate'],
          run: async ({ step, ctx, remoteId, certificate, service, server, product, order, properties }) => {
            const told = { owner: ctx.owner, service, server, product, order, remoteId, properties, certificate };
            this.seen.set(remoteId, told as unknown as JsonObject);
            await step('put certificate', {
              strength: 'unique',
              claim: remoteId,
              find: async (id: string) => {
                this.things.log.push(`look at ${id}`);
                return this.installed.get(id) === certificate.certificate ? done() : absent;
              },
              run: async (id: string) => {
                this.things.log.push(`install ${id}`);
                this.installed.set(id, certificate.certificate);
                await this.installing();
              },
              undo: async (_made: unknown, id: string) => {
                this.things.log.push(`take back ${id}`);
                this.installed.delete(id);
              },
            });
          },
        }),
        removeCertificate: operation<Uninstall>({
          steps: ['take certificate off'],
          run: async ({ step, remoteId }) => {
            await step('take certificate off', {
              run: async () => {
                this.things.log.push(`uninstall ${remoteId}`);
                this.installed.delete(remoteId);
              },
            });
          },
        }),
        terminate: operation({
          steps: ['remove'],
          run: async ({ step, remoteId }) => {
            await step('remove', { run: () => this.things.remove(remoteId) });
          },
        }),
        ...more,
      },
    });
  }

  /** The module that orders certificates and has them installed. */
  certificate() {
    const install = (ctx: Ctx) => ctx.site.installCertificate(files);
    return played({
      steps: ['order', 'install', 'finish'],
      create: async ({ step, ctx, service }) => {
        await step('order', this.things.step(`order${service.id}`, ctx.owner));
        await step('install', install(ctx));
        await step('finish', { run: async () => this.after() });
        return { remoteId: `order${service.id}` };
      },
      more: {
        renew: operation({
          steps: ['install'],
          run: async ({ step, ctx }) => void (await step('install', install(ctx))),
        }),
        terminate: operation({
          steps: ['take off', 'cancel'],
          run: async ({ step, ctx, remoteId }) => {
            await step('take off', ctx.site.removeCertificate(files));
            await step('cancel', { run: () => this.things.remove(remoteId) });
            return undefined;
          },
        }),
      },
    });
  }

  /** The same, which asks before it orders. */
  careful() {
    const one = this.certificate();
    const create = operation({
      ...one.create,
      steps: ['check', ...one.create.steps],
      async run(args) {
        await args.step('check', args.ctx.site.checkNames({ names: files.names }));
        return one.create.run(args as never);
      },
    });
    return { ...one, create } as typeof one;
  }
}
