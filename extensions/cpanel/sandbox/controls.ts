import { json, type SandboxRoute } from '@hostwright/sdk-testing';
import { privileges, type Access, type Gate } from './access.js';
import type { CpanelHost } from './host.js';
import type { Whm, WhmSwitches } from './whm.js';

type Body = Readonly<Record<string, unknown>>;

/** Switches of the control API beside the faults. */
export function controls(host: CpanelHost, access: Access, whm: Whm): readonly SandboxRoute[] {
  const put = (path: string, act: (body: Body) => void): SandboxRoute => ({
    method: 'PUT',
    path,
    handle: ({ body }) => {
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return json(400, { error: 'an object' });
      act(body as Body);
      return json(200, {});
    },
  });
  return [
    // { "gate": "denied" }
    put('/gate', ({ gate }) => void (access.gate = gate as Gate)),
    // { "user": "reseller1", "without": ["kill-acct"], "and": ["edit-dns"] }: a reseller who has every privilege that is looked at here but
    // these, not `all`, and some besides. Root with a `without` is his token that is limited.
    put('/user', ({ user, without, and = [] }) => {
      access.user = String(user);
      const lacks = ['all', ...((without ?? []) as readonly string[])];
      const mayAll = access.user === 'root' && without === undefined;
      access.granted = new Set(
        mayAll ? privileges : [...privileges.filter((name) => !lacks.includes(name)), ...(and as readonly string[])],
      );
    }),
    // Any of `WhmSwitches`.
    put('/switches', (body) => void Object.assign(whm.switches, body as Partial<WhmSwitches>)),
    // Any of { "prefixLength", "maxDatabaseLength", "maxUserLength" }.
    put('/databases', (body) => void Object.assign(host.databaseRules, body)),
    // { "user": "acme", "domain": "acme.example", "owner": "root", "contact": "…" }: made by hand.
    put('/accounts', ({ user, domain, owner = 'root', contact = 'someone@example.org', plan = 'basic' }) => {
      const made = { user: String(user), domain: String(domain), owner: String(owner), contact: String(contact), plan: String(plan) };
      host.create({ ...made, password: 'Handmade4567', takesZone: true });
    }),
    // { "user": "acme", "change": { "locked": true } }: something of an account was changed by hand.
    put('/account', ({ user, change }) => void Object.assign(host.get(String(user)), change)),
    // { "user": "acme", "to": "acme2" }: given another name by hand.
    put('/renamed', ({ user, to }) => host.rename(String(user), String(to))),
    // { "user": "acme" }: a group of that name that an account left behind.
    put('/group', ({ user }) => void host.groups.add(String(user))),
    // { "user": "acme" }: removed by hand.
    put('/removed', ({ user }) => host.remove(String(user), false)),
    // { "domain": "acme.example" }: a zone that outlived its account.
    put('/zone', ({ domain }) => void host.zones.set(String(domain), undefined)),
    // { "without": ["autossl"] }: what the feature list of the packages leaves out.
    put('/features', ({ without }) => void (host.featuresOff = new Set(without as readonly string[]))),
    // { "user": "acme", "bytes": 1000 }: of this month.
    put('/traffic', ({ user, bytes }) => void host.traffic.set(String(user), Number(bytes))),
    // { "leadHere": false }: the domains of accounts lead elsewhere.
    put('/domains', ({ leadHere }) => void (host.domainsLeadHere = leadHere === true)),
    // { "most": 1 }
    put('/limit', ({ most }) => void (host.accountLimit = Number(most))),
  ];
}
