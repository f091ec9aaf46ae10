import { textAt, type Fault } from '../api/index.js';
import { LoadedChoice } from './loaded-choice.js';
import { SchemaField } from './schema-field.js';
import type { AskedField, Filled } from './schema-values.js';

interface SchemaFieldsProps {
  readonly fields: readonly AskedField[];
  readonly filled: Filled;
  readonly onChange: (part: Filled) => void;
  /** Where the fields stand in what is sent, such as `order`, and which field of that was refused. */
  readonly within?: string;
  readonly fault?: Fault | undefined;
  /** The server that loads the lists of those that have one; null: there is none to ask. */
  readonly listsOf?: string | null;
}

/** The inputs of a form that the panel describes. */
export function SchemaFields({ fields, filled, onChange, within, fault, listsOf = null }: SchemaFieldsProps) {
  const errorOf = (name: string) => textAt(fault, `${within}.${name}`);
  return fields.map((field, index) => {
    const { name, choicesFrom, initial } = field;
    const input = {
      field,
      value: filled[name] ?? initial,
      first: index === 0,
      error: errorOf(name),
      onChange: (value: string | boolean) => onChange({ [name]: value }),
    };
    if (choicesFrom === undefined) return <SchemaField key={name} {...input} />;
    return <LoadedChoice key={name} {...input} list={choicesFrom} serverId={listsOf} />;
  });
}
