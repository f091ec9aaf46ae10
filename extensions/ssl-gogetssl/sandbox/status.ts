import type { JsonObject } from '@hostwright/sdk';
import { certificateDays, type Order } from './orders.js';
import { dcvRecord } from './validation.js';

const day = 86_400_000;

/** An order as `GET /orders/status/{id}` tells it. `chain`: PEM, which comes somewhat later than the certificate. */
export function statusOf(order: Order, now: number, chain: string): JsonObject {
  const [domain, ...others] = order.names;
  const shows = now >= order.dataAt && order.state !== 'unpaid';
  const validation = (name: string) => (shows ? { dns: { record: dcvRecord(order.csr, order.code, name) } } : {});
  const stateOf = (name: string) => (order.validated.has(name) ? '2' : shows ? '1' : '0');
  const issued = order.certificate !== '';
  const date = (at: number): string => (issued ? new Date(at).toISOString().slice(0, 10) : '0000-00-00');
  return {
    order_id: String(order.id),
    partner_order_id: String(order.id + 900_000_000),
    status: order.state,
    status_description: '',
    product_id: String(order.productId),
    domain: domain!,
    total_domains: String(order.names.length),
    validity_period: order.months,
    csr_code: order.csr,
    crt_code: order.certificate,
    ca_code: issued && now >= order.chainAt ? chain : '',
    valid_from: date(order.begun),
    valid_till: date(order.begun + certificateDays * day),
    begin_date: date(order.begun),
    end_date: date(order.begun + order.months * 30 * day),
    dcv_method: 'dns',
    dcv_status: stateOf(domain!),
    approver_method: validation(domain!),
    san: others.map((name) => ({
      san_name: name,
      validation_method: 'dns',
      status: stateOf(name),
      status_description: '',
      validation: validation(name),
    })),
    manual_check: order.product.organization ? 1 : 0,
  };
}
