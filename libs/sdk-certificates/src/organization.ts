import { fields, PanelError, type ValuesOf } from '@hostwright/sdk';

/** What a certificate shows of its owner, and so what the authority looks into. */
export const validatedThings = ['domain', 'organization', 'extended'] as const;

/** For an extension whose products may name an organization. */
export const organizationProductFields = fields({
  validates: {
    type: 'choice',
    label: 'Validates',
    help: 'domain: nothing but the names. organization (OV) and extended (EV): the customer is asked for his organization, which people look into',
    choices: validatedThings,
    default: 'domain',
  },
});

const only = 'Only for certificates that name an organization';

/** Asked at checkout beside the names. Those that are needed are needed only where the product validates an organization. */
export const organizationOrderFields = fields({
  organization: { type: 'text', label: 'Organization', help: `${only}: its registered name`, optional: true, maxLength: 64 },
  companyNumber: { type: 'text', label: 'Registration number', help: `${only}; needed for EV`, optional: true, maxLength: 64 },
  street: { type: 'text', label: 'Street and number', help: only, optional: true, maxLength: 128 },
  postalCode: { type: 'text', label: 'Postal code', help: only, optional: true, maxLength: 40 },
  city: { type: 'text', label: 'City', help: only, optional: true, maxLength: 128 },
  region: { type: 'text', label: 'State or province', help: `${only}; where there is none, the city`, optional: true, maxLength: 128 },
  country: {
    type: 'text',
    label: 'Country',
    help: `${only}: two letters, such as NL`,
    optional: true,
    pattern: '[A-Za-z]{2}',
    patternText: 'two letters',
  },
  contactFirstName: { type: 'text', label: 'Contact: first name', help: `${only}: who speaks for it`, optional: true, maxLength: 64 },
  contactLastName: { type: 'text', label: 'Contact: last name', help: only, optional: true, maxLength: 64 },
  contactTitle: { type: 'text', label: 'Contact: position', help: only, optional: true, maxLength: 64 },
  contactEmail: { type: 'email', label: 'Contact: e-mail', help: only, optional: true },
  contactPhone: {
    type: 'text',
    label: 'Contact: phone',
    help: `${only}: it is called there`,
    optional: true,
    pattern: '\\+?[0-9 .()-]{5,30}',
    patternText: 'a phone number: 5 to 30 digits, spaces, dots, hyphens and brackets, a + before them where it has one',
  },
});

/** An organization and who speaks for it. Plain JSON. */
export type Organization = {
  readonly name: string;
  readonly companyNumber?: string;
  readonly street: string;
  readonly postalCode: string;
  readonly city: string;
  /** As the city where there is none. */
  readonly region: string;
  /** ISO 3166-1, upper case. */
  readonly country: string;
  readonly contact: {
    readonly firstName: string;
    readonly lastName: string;
    readonly title: string;
    readonly email: string;
    readonly phone: string;
  };
};

type Asked = Partial<ValuesOf<typeof organizationOrderFields>>;

/** Throws `invalid_input`, by the field, when one is missing that a product which validates that needs. Undefined where it validates none. */
export function organizationOf(asked: Asked, validates: (typeof validatedThings)[number] | undefined): Organization | undefined {
  if (validates === undefined || validates === 'domain') return undefined;
  const need = (name: keyof Asked): string => {
    const value = asked[name]?.trim() ?? '';
    if (value !== '') return value;
    const label = organizationOrderFields[name].label.toLowerCase();
    throw new PanelError('invalid_input', `a certificate that names an organization needs its ${label}`, { field: `order.${name}` });
  };
  const companyNumber = validates === 'extended' ? need('companyNumber') : asked.companyNumber;
  return {
    name: need('organization'),
    ...(companyNumber === undefined ? {} : { companyNumber }),
    street: need('street'),
    postalCode: need('postalCode'),
    city: need('city'),
    region: asked.region?.trim() || need('city'),
    country: need('country').toUpperCase(),
    contact: {
      firstName: need('contactFirstName'),
      lastName: need('contactLastName'),
      title: need('contactTitle'),
      email: need('contactEmail'),
      phone: need('contactPhone'),
    },
  };
}
