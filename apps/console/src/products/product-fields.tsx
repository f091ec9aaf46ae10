import { NativeSelect, Textarea } from '@mantine/core';
import type { Fault, Product } from '../api/index.js';
import { choicesOf, NameInput } from '../shell/index.js';
import { codesIn, onFailureLabels, productStateLabels } from './product-words.js';

export interface FilledProduct extends Pick<Product, 'name' | 'description' | 'state'> {
  readonly onFailure: keyof typeof onFailureLabels;
  readonly addonOf: string;
}

/** How it is sold, as the panel takes it. */
export function sentProduct({ name, description, state, onFailure, addonOf }: FilledProduct) {
  return { name: name.trim(), description, state, onFailure: onFailure === '' ? null : onFailure, addonOf: codesIn(addonOf) };
}

interface ProductFieldsProps {
  readonly filled: FilledProduct;
  readonly onChange: (part: Partial<FilledProduct>) => void;
  readonly fault: Fault | undefined;
  /** Whether what is wrong with its components is shown elsewhere. */
  readonly hasComponents?: boolean;
}

/** How a product is sold. */
export function ProductFields({ filled, onChange, fault, hasComponents = false }: ProductFieldsProps) {
  // Of a list one element may be at fault.
  const errorOf = (field: string) => (fault?.field.split('.')[0] === field ? fault.text : undefined);
  return (
    <>
      <NameInput value={filled.name} onChange={onChange} fault={fault} maxLength={200} />
      <Textarea
        label="Description"
        autosize
        minRows={2}
        maxLength={10_000}
        error={errorOf('description')}
        value={filled.description}
        onChange={(event) => onChange({ description: event.currentTarget.value })}
      />
      <NativeSelect
        label="State"
        error={errorOf('state')}
        data={choicesOf(productStateLabels)}
        value={filled.state}
        onChange={(event) => onChange({ state: event.currentTarget.value as Product['state'] })}
      />
      <NativeSelect
        label="When it cannot be made"
        error={errorOf('onFailure')}
        data={choicesOf(onFailureLabels)}
        value={filled.onFailure}
        onChange={(event) => onChange({ onFailure: event.currentTarget.value as keyof typeof onFailureLabels })}
      />
      <Textarea
        label="Added to"
        description="Codes of the products to whose services it can be added, one on each line. Empty: it is sold by itself"
        autosize
        spellCheck={false}
        error={errorOf('addonOf') ?? (hasComponents ? undefined : errorOf('components'))}
        value={filled.addonOf}
        onChange={(event) => onChange({ addonOf: event.currentTarget.value })}
      />
    </>
  );
}
