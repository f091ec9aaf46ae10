import { PanelError, type Field, type Fields } from '@hostwright/sdk';

/** What is known of the module that a value comes from, and where the wire is. */
export interface WireEnd {
  /** Of the module whose component leaves the value. */
  readonly properties: Fields;
  readonly output: string;
  /** Whom the message names as the source. */
  readonly source: string;
  /** Where the wire is in the request. */
  readonly at: string;
}

const remoteId: Field = { type: 'text', label: 'Remote id' };
const notText = new Set(['integer', 'boolean']);
const severalLines = new Set(['multiline', 'tls-authority']);

/**
 * The field that is wired: an order field of that name, or else one of the product's. Throws `invalid_input`.
 */
export function wiredField(name: string, order: Fields, product: Fields, component: string, at: string): Field {
  const field = Object.hasOwn(order, name) ? order[name] : Object.hasOwn(product, name) ? product[name] : undefined;
  if (!field) throw new PanelError('invalid_input', `${at}: '${component}' has no field '${name}' in its order or settings`, { field: at });
  return field;
}

/**
 * Refuses a wire whose value could not be what the field is: another type, a secret where it would be shown, or nothing where something is
 * required. A text may turn out not to be the address or name that a field wants; that is seen when it is there. Throws `invalid_input`.
 */
export function refuseMisfit(target: Field, { properties, output, source, at }: WireEnd): void {
  const left = output === 'remoteId' ? remoteId : Object.hasOwn(properties, output) ? properties[output] : undefined;
  const refuse = (why: string): never => {
    throw new PanelError('invalid_input', `${at}: ${why}`, { field: at });
  };
  if (!left) return refuse(`'${source}' leaves no '${output}'`);
  if (left.type === 'secret' && target.type !== 'secret') refuse(`'${output}' of '${source}' is a secret, and the field is not`);
  if (!fits(left, target)) refuse(`'${output}' of '${source}' is of type ${left.type}, and the field of type ${target.type}`);
  if (left.optional && !target.optional && !('default' in target && target.default !== undefined))
    refuse(`'${source}' may leave no '${output}', and the field is required`);
}

function fits(left: Field, target: Field): boolean {
  if (notText.has(left.type) || notText.has(target.type)) return left.type === target.type;
  if (left.type === 'choice' && target.type === 'choice') return left.choices.every((one) => target.choices.includes(one));
  if (left.type === target.type) return true;
  if (target.type === 'secret') return left.type !== 'multiline' || target.multiline === true;
  if (target.type === 'multiline') return true;
  if (severalLines.has(left.type)) return false;
  // A text holds any of the others, and may hold what a narrower one wants.
  return target.type === 'text' || left.type === 'text' || left.type === 'choice';
}
