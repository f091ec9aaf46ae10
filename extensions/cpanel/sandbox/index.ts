import { defineSandbox, json, render, sandboxParts, startHttpSandbox, strangersMark, type SandboxAnswer } from '@hostwright/sdk-testing';
import { Access, token } from './access.js';
import { controls } from './controls.js';
import { cpanelRoutes } from './cpanel.js';
import { accessDenied, internalError, No, page, whmAnswer } from './envelope.js';
import { CpanelHost } from './host.js';
import { Sessions } from './sessions.js';
import { Sites } from './sites.js';
import { Whm } from './whm.js';

/**
 * One cPanel host over https on 127.0.0.1: WHM API 1 as on port 2087, and on ports of their own cPanel as on 2083 and the sites as on 443.
 * Ledger kinds: `account` (owner: the mark in its contact address), `mailbox`, `database`, `database-user`, `zone`. A call of UAPI through
 * WHM is known to faults and the log as `/json-api/uapi_cpanel/Email/add_pop`. `controls.ts` lists what the control API takes besides.
 */
export default defineSandbox({
  id: 'cpanel',
  async start(options = {}) {
    const parts = sandboxParts(options);
    const host = new CpanelHost(parts.clock);
    const access = new Access();
    const sessions = new Sessions();
    const sites = await Sites.start(host);
    const whm = new Whm(host, access, sessions, (what) => void parts.violations.push(what));
    const common = { parts, tls: true, ledger: () => host.ledger() };
    const whmHttp = await startHttpSandbox({
      ...common,
      port: options.port,
      routes: whm.routes(),
      control: [...controls(host, access, whm), { method: 'GET', path: '/sites', handle: () => json(200, { port: sites.port }) }],
      before: (request) => access.guard(request),
      callName,
      answers: {
        internalError,
        // Of a CDN in front, which does not wait as long as an account takes.
        gatewayError: () => page(524, 'A timeout occurred', 'error code: 524'),
        notFound: ({ path }) =>
          path.startsWith('/json-api/')
            ? whmAnswer(path.slice('/json-api/'.length), () => {
                throw new No(`Unknown app (“${path.slice('/json-api/'.length)}”) requested for this version (1) of the API.`);
              })
            : accessDenied(),
        wrongOwner: (_request, answer) => somebodyElses(answer),
        tooManyRequests: () => ({ ...page(429, 'Too Many Requests'), headers: { 'retry-after': '1' } }),
      },
    });
    const cpanelHttp = await startHttpSandbox({
      ...common,
      routes: cpanelRoutes(host, sessions),
      answers: { internalError, notFound: () => accessDenied() },
    });
    sessions.addressOf = (service) => `localhost:${service === 'whostmgrd' ? whmHttp.port : cpanelHttp.port}`;
    return whmHttp.running({
      server: {
        host: whmHttp.host,
        port: whmHttp.port,
        user: 'root',
        token,
        tlsFingerprint: whmHttp.tlsFingerprint ?? '',
        nameServers: 'ns1.example.net,ns2.example.net',
        noticeAddress: 'hosting@example.net',
        suspendReason: 'Suspended by the billing department',
        lockSuspensions: false,
      },
      product: {
        package: 'basic',
        account: 'hosting',
        resellerOverselling: false,
        dns: 'cpanel',
        dnsTtl: 3600,
        forceDns: false,
        keepDns: false,
        mailbox: 'info',
        mailboxQuotaMib: 1024,
        database: 'site',
        certificate: 'autossl',
      },
      stopAlso: async () => void (await Promise.all([cpanelHttp.stop(), sites.stop()])),
    });
  },
});

function callName({ pathname, searchParams }: URL): string {
  if (pathname !== '/json-api/uapi_cpanel') return pathname;
  return `${pathname}/${searchParams.get('cpanel.module')}/${searchParams.get('cpanel.function')}`;
}

/** Under the name there is a later account, and where ours has a mark, it bears another's. */
function somebodyElses(answer: SandboxAnswer): SandboxAnswer {
  const { text, headers } = render(answer);
  const marked = text.replace(/\bhw-[a-z0-9-]*[a-z0-9]/g, strangersMark);
  const later = marked.replace(/("unix_startdate":"?)(\d+)/g, (_whole, before: string, at: string) => `${before}${Number(at) + 86_400}`);
  return { status: answer.status, headers, text: later };
}
