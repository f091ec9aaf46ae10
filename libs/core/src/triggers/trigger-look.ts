import { isPanelError, type JsonObject, type PanelError, type TriggerFact } from '@hostwright/sdk';
import { askedAtOrder } from '../catalog/index.js';
import type { ProvisioningDesk } from '../provisioning/index.js';
import type { ModuleCatalog } from '../servers/index.js';
import { isGone, type ServiceStore } from '../services/index.js';
import { chooseParent } from './addon-parent.js';
import { chosenItems, decide, type ChosenItem, type Decision, type KnownService } from './trigger-decision.js';
import { triggerSource } from './trigger-event.js';
import { orderValuesOf } from './trigger-mapping.js';
import type { TriggerModules } from './trigger-modules.js';
import type { ClaimedSubject, TriggerMappingStore } from './trigger-store.js';

export interface TriggerLookPorts {
  readonly modules: TriggerModules;
  readonly mappings: TriggerMappingStore;
  readonly services: Pick<ServiceStore, 'findExternal' | 'suspendedBy' | 'parentsFor'>;
  readonly catalog: ModuleCatalog;
  readonly desk: Pick<ProvisioningDesk, 'placeOrder' | 'placeAddon' | 'request' | 'changePackage'>;
}

/** What came of a look, beside where it is recorded. */
export type LookResult = { readonly serviceId?: string } & (
  | { readonly end: 'done'; readonly outcome: string }
  | { readonly end: 'moved'; readonly to: string }
  | { readonly end: 'later'; readonly reason: string; readonly afterMs?: number; readonly mend?: string }
  | { readonly end: 'failed'; readonly wrong: string; readonly next: string; readonly once?: boolean }
  /** Somebody else looks at it by now; nothing was done. */
  | { readonly end: 'lost' }
);

type Order = Extract<Decision, { act: 'order' }>;
type ActResult = Extract<LookResult, { end: 'done' | 'later' | 'failed' }>;

/** What is not there, the subject at the provider or the service it is added to, is looked for so often before that is believed. */
const looksForMissing = 4;

/** Reads a subject again at its provider and brings its service to what is paid for. Throws what nobody planned for. */
export class TriggerLook {
  constructor(private readonly ports: TriggerLookPorts) {}

  /** `hold`: whether it is still ours, asked before anything is changed. */
  async take(claimed: ClaimedSubject, hold: () => Promise<boolean>): Promise<LookResult> {
    const { serverId, subject } = claimed;
    const { services } = this.ports;
    const source = triggerSource(serverId);
    const service = await services.findExternal(source, subject);
    const about = service ? { serviceId: service.id } : {};
    let fact: TriggerFact | undefined;
    try {
      fact = await this.ports.modules.read(serverId, subject);
    } catch (error) {
      if (!isPanelError(error)) throw error;
      return { ...about, ...afterRead(error, claimed, service) };
    }
    if (!fact) return { ...about, end: 'done', outcome: 'it is nothing that is sold here' };
    if (fact.subject !== subject) {
      if (!claimed.moved) return { ...about, end: 'moved', to: fact.subject };
      throw new Error(`subject '${subject}' of server ${serverId} says that it is part of another, though another said so of it`);
    }
    const plans = [...new Set(fact.items.flatMap(({ names }) => names))];
    const chosen = chosenItems(fact.items, plans.length === 0 ? [] : await this.ports.mappings.forPlans(serverId, plans));
    const suspendedByUs = service?.desiredState === 'suspended' && (await services.suspendedBy(service.id)) === source;
    const decision = decide({ fact, chosen, service, suspendedByUs });
    if (decision.act === 'nothing') return { ...about, end: 'done', outcome: decision.why };
    if (decision.act === 'wait') return { ...about, end: 'later', reason: decision.why };
    if (decision.act === 'ask') {
      const { wrong, next, once = false } = decision;
      return { ...about, end: 'failed', wrong, next, once };
    }
    if (!(await hold())) return { ...about, end: 'lost' };
    try {
      return { ...about, ...(await this.act(claimed, fact, decision)) };
    } catch (error) {
      if (!isPanelError(error)) throw error;
      return { ...about, ...afterAct(error, decision) };
    }
  }

  private async act(
    claimed: ClaimedSubject,
    fact: TriggerFact,
    decision: Extract<Decision, { act: 'order' | 'suspend' | 'unsuspend' | 'terminate' | 'change' }>,
  ): Promise<ActResult> {
    const { desk } = this.ports;
    const source = triggerSource(claimed.serverId);
    switch (decision.act) {
      case 'order':
        return decision.item.mapping.addonOf.length > 0 ? this.add(claimed, fact, decision) : this.order(claimed, fact, decision);
      case 'change': {
        const { jobId } = await desk.changePackage(decision.serviceId, decision.productCode, source);
        return { end: 'done', outcome: `becomes '${decision.productCode}': job ${jobId}` };
      }
      case 'unsuspend': {
        const { jobId } = await desk.request(decision.serviceId, 'unsuspend', source);
        const said = `resumed because ${decision.why}: job ${jobId}`;
        return decision.more ? { end: 'later', reason: said } : { end: 'done', outcome: said };
      }
      case 'suspend':
      case 'terminate': {
        const { jobId } = await desk.request(decision.serviceId, decision.act, source);
        return { end: 'done', outcome: `${decision.act} because ${decision.why}: job ${jobId}` };
      }
    }
  }

  private async order({ serverId, subject }: ClaimedSubject, fact: TriggerFact, { item, email }: Order): Promise<ActResult> {
    const source = triggerSource(serverId);
    const { serviceId, jobId } = await this.ports.desk.placeOrder({
      productCode: item.mapping.productCode,
      customerEmail: email,
      ...(fact.customer.name !== null && { customerName: fact.customer.name }),
      order: this.orderValues(fact, item),
      external: { source, id: subject },
      requestedBy: source,
    });
    return { end: 'done', outcome: `ordered: service ${serviceId}, job ${jobId}`, serviceId };
  }

  /** Orders an add-on for a service that its customer has. */
  private async add({ serverId, subject, failures }: ClaimedSubject, fact: TriggerFact, { item, email }: Order): Promise<ActResult> {
    const { services, desk } = this.ports;
    const { productCode } = item.mapping;
    const choice = chooseParent(await services.parentsFor(productCode, email), item.mapping, fact);
    if ('wrong' in choice) return { end: 'failed', ...choice, once: true };
    if ('later' in choice) return { end: 'later', reason: choice.later };
    if ('missing' in choice) {
      if (failures < looksForMissing) return { end: 'later', reason: choice.missing };
      return {
        end: 'failed',
        wrong: `is paid, but ${choice.missing}`,
        next: 'End and refund it at the billing system, or replay the event once the service is there',
        once: true,
      };
    }
    const source = triggerSource(serverId);
    const { serviceId, jobId } = await desk.placeAddon({
      parentId: choice.parentId,
      productCode,
      order: this.orderValues(fact, item),
      external: { source, id: subject },
      requestedBy: source,
    });
    const outcome = `added to service ${choice.parentId}: service ${serviceId}, job ${jobId}`;
    return { end: 'done', outcome, serviceId };
  }

  private orderValues(fact: TriggerFact, { mapping, quantity }: ChosenItem): JsonObject {
    const { email, name } = fact.customer;
    const known = { ...fact.values, email, name, quantity, plan: mapping.plan, subject: fact.subject };
    return orderValuesOf(mapping.orderValues, known, askedAtOrder(mapping.components, this.ports.catalog));
  }
}

function afterRead(error: PanelError, { failures, subject, serverName }: ClaimedSubject, service: KnownService | undefined) {
  const { code, message, retryAfterMs } = error;
  const after = retryAfterMs === undefined ? {} : { afterMs: retryAfterMs };
  switch (code) {
    case 'unavailable':
    case 'unknown_outcome': // it was only a question
    case 'too_many_requests':
      return { end: 'later' as const, reason: `${code}: ${message}`, ...after };
    case 'invalid_config':
    case 'unsupported':
      return { end: 'later' as const, reason: `${code}: ${message}`, mend: message, ...after };
    case 'not_found':
      if (failures < looksForMissing) return { end: 'later' as const, reason: message };
      if (service && isGone(service.state)) return { end: 'done' as const, outcome: `the provider has no ${subject} any more` };
      if (service)
        return {
          end: 'failed' as const,
          wrong: `is not at the provider any more, and its service ${service.id} goes on`,
          next: `End service ${service.id} if that is right, then resolve this`,
        };
      // Paid it may be: credentials of another account than the webhook's look the same.
      return {
        end: 'failed' as const,
        wrong: 'was told of, and the provider does not have it',
        next: `If it was deleted there, resolve this; otherwise have the server ${serverName} read the account that sends the notices, then replay the event`,
        once: true,
      };
    default:
      return { end: 'failed' as const, wrong: `cannot be read: ${message}`, next: 'Mend that, then replay the event' };
  }
}

function afterAct({ code, message }: PanelError, { act }: Decision) {
  if (code === 'unavailable' || code === 'unknown_outcome') return { end: 'later' as const, reason: `${code}: ${message}` };
  const wrong =
    act === 'order' ? `is paid, but could not be ordered: ${message}` : `asks for ${words[act] ?? act}, which was refused: ${message}`;
  return { end: 'failed' as const, wrong, next: 'Mend that, then replay the event' };
}

const words: Readonly<Record<string, string>> = {
  suspend: 'a suspension',
  unsuspend: 'the end of a suspension',
  terminate: 'the end of its service',
  change: 'a change of product',
};
