import { fields } from '@hostwright/sdk';

/** No provider, so nothing to log in to. A server without settings still says where such services are counted and how many there may be. */
export const server = fields({});

/** One subscription is like another. */
export const product = fields({});

/** Asked at checkout. */
export const order = fields({
  email: { type: 'email', label: 'E-mail address' },
  firstname: { type: 'text', label: 'First name', maxLength: 100 },
  lastname: { type: 'text', label: 'Last name', maxLength: 100 },
});

/** What create leaves on the service. */
export const properties = fields({
  supportKey: {
    type: 'text',
    label: 'Support key',
    help: 'Give it whenever you ask for support.',
    pattern: '^SUP-[A-Z0-9]{16}$',
    patternText: 'SUP- and 16 capital letters and digits',
    shownTo: 'customer',
  },
  issuedAt: { type: 'text', label: 'Issued at', maxLength: 40, shownTo: 'customer' },
});
