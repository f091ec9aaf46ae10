import { triggerStates, type TriggerFact, type VerifiedNotice } from '@hostwright/sdk';
import { Ajv, type ValidateFunction } from 'ajv';
import { storable } from './remote-answers.js';

const line = { type: 'string', pattern: '^[^\\u0000-\\u001f\\u007f]+$', minLength: 1 };
const id = { ...line, maxLength: 255 };
const textOrNull = { type: ['string', 'null'], maxLength: 1_000 };

const ajv = new Ajv({ strict: true, unicodeRegExp: true, allowUnionTypes: true });
const isNotice = ajv.compile<VerifiedNotice>({
  type: 'object',
  required: ['eventId', 'eventType', 'subject'],
  properties: { eventId: id, eventType: { ...line, maxLength: 100 }, subject: { ...id, type: ['string', 'null'] } },
});
const isFact = ajv.compile<TriggerFact>({
  type: 'object',
  required: ['subject', 'state', 'items', 'customer', 'values'],
  properties: {
    subject: id,
    state: { enum: [...triggerStates] },
    items: {
      type: 'array',
      maxItems: 200,
      items: {
        type: 'object',
        required: ['names', 'quantity'],
        properties: {
          names: { type: 'array', minItems: 1, maxItems: 10, items: { ...line, maxLength: 200 } },
          quantity: { type: 'number', minimum: 0 },
        },
      },
    },
    customer: { type: 'object', required: ['email', 'name'], properties: { email: textOrNull, name: textOrNull } },
    values: {
      type: 'object',
      maxProperties: 500,
      additionalProperties: { type: ['string', 'number', 'boolean'], maxLength: 10_000 },
    },
  },
});

/** What a module says a notice is, checked. Throws a plain `Error`: an extension that answers others has a bug. */
export function checkedNotice(answer: unknown, extension: string): VerifiedNotice {
  const { eventId, eventType, subject } = checked(answer, isNotice, `verify of '${extension}'`);
  return { eventId, eventType, subject };
}

/** How a module says a subject stands, checked, with texts that can be stored. Throws as `checkedNotice`. */
export function checkedFact(answer: unknown, extension: string): TriggerFact {
  const { subject, state, items, customer, values } = checked(answer, isFact, `read of '${extension}'`);
  return {
    subject,
    state,
    items,
    customer: { email: emailIn(customer.email), name: customer.name === null ? null : storable(customer.name).slice(0, 200) },
    values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? storable(value) : value])),
  };
}

function checked<T>(answer: unknown, is: ValidateFunction<T>, whose: string): T {
  const plain: unknown = JSON.parse(JSON.stringify(answer ?? null));
  if (is(plain)) return plain;
  const [problem] = is.errors ?? [];
  throw new Error(`${whose} answered what it should not: ${problem?.instancePath ?? ''} ${problem?.message ?? ''}`);
}

/** An address that nothing can be sent to is none. */
function emailIn(text: string | null): string | null {
  const email = text?.trim() ?? '';
  return email.length <= 254 && /^[^\s@\p{Cc}]+@[^\s@\p{Cc}]+$/u.test(email) ? email : null;
}
