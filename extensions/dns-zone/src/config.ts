import { fields } from '@hostwright/sdk';

/** The zone is kept by the connected dns module, whose server it is. This one only counts how many there may be. */
export const server = fields({});

/** One zone is like another. */
export const product = fields({});

/** Asked at checkout. */
export const order = fields({
  domain: {
    type: 'hostname',
    label: 'Domain',
    help: 'It must be delegated to our name servers before it is ordered. In ASCII, such as example.net or xn--bcher-kva.example.',
  },
});

/** What create leaves on the service. */
export const properties = fields({
  domain: { type: 'hostname', label: 'Domain', shownTo: 'customer' },
  nameServers: { type: 'text', label: 'Name servers', maxLength: 1024, shownTo: 'customer' },
});

const name = { type: 'text', label: 'Name', help: 'The whole name, such as www.example.net', maxLength: 254 } as const;
const type = { type: 'choice', label: 'Type', choices: ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'] } as const;
const content = { type: 'text', label: 'Content', maxLength: 4096 } as const;

const priority = { type: 'integer', label: 'Priority', help: 'With MX', min: 0, max: 65_535, optional: true } as const;

export const newRecord = fields({
  name,
  type,
  content,
  ttl: { type: 'integer', label: 'TTL (s)', min: 60, max: 86_400, default: 3600 },
  priority,
});

export const oldRecord = fields({ name, type, content, priority });
