import { PanelError, type Field, type Fields } from '@hostwright/sdk';
import type { ProductComponent } from './product.js';

/** A component with what its module asks at checkout. */
export interface AskingComponent extends Pick<ProductComponent, 'name' | 'inputs'> {
  readonly order: Fields;
}

/**
 * What is asked at checkout: every order field that is not wired, one that several components have once.
 * A secret is never asked, as it would stand in the order for everybody who may read that.
 * Throws `invalid_input` where they mean different things by one, and where a secret is required that is not wired.
 */
export function orderFieldsOf(components: readonly AskingComponent[]): Fields {
  const [only] = components;
  // The same object every time, so that it is compiled once.
  if (components.length === 1 && only && Object.keys(only.inputs).length === 0 && !hasSecret(only.order)) return only.order;
  const asked: Record<string, Field> = {};
  const by: Record<string, string> = {};
  components.forEach((component, index) => {
    const at = `components.${index}`;
    for (const [name, field] of Object.entries(component.order)) {
      if (Object.hasOwn(component.inputs, name) || (field.type === 'secret' && isOptional(field))) continue;
      if (field.type === 'secret')
        throw new PanelError(
          'invalid_input',
          `${at}: '${component.name}' needs the secret '${name}', which is not asked at checkout: wire it`,
          {
            field: `${at}.inputs.${name}`,
          },
        );
      const other = Object.hasOwn(asked, name) ? asked[name] : undefined;
      if (other && rulesOf(other) !== rulesOf(field))
        throw new PanelError(
          'invalid_input',
          `${at}: '${component.name}' asks for '${name}' as something else than '${by[name]}' does; wire it in one of them`,
          { field: `${at}.inputs.${name}` },
        );
      // Who must have it decides.
      if (!other || (isOptional(other) && !isOptional(field))) asked[name] = field;
      by[name] ??= component.name;
    }
  });
  return asked;
}

function hasSecret(fields: Fields): boolean {
  return Object.values(fields).some(({ type }) => type === 'secret');
}

function isOptional(field: Field): boolean {
  return field.optional === true;
}

/** What a value must be like, whatever it is called and whoever must give it. */
function rulesOf(field: Field): string {
  const words = new Set(['label', 'help', 'patternText', 'optional', 'shownTo']);
  return JSON.stringify(
    Object.entries(field)
      .filter(([key, value]) => !words.has(key) && value !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
