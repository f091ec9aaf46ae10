import type { JsonObject } from '@hostwright/sdk';
import { json, type SandboxAnswer, type SandboxRequest, type SandboxRoute } from '@hostwright/sdk-testing';
import { callUapi } from './account-uapi.js';
import { accessDenied, page, uapiResult } from './envelope.js';
import type { Account, CpanelHost } from './host.js';
import { uapiParameters } from './parameters.js';
import type { Sessions } from './sessions.js';

/** cPanel itself, port 2083: log-ins that WHM has made, and UAPI for the account's own user. WHM's functions are not here. */
export function cpanelRoutes(host: CpanelHost, sessions: Sessions): readonly SandboxRoute[] {
  const uapi = Object.keys(uapiParameters).flatMap((name) =>
    ['GET', 'POST'].map((method): SandboxRoute => ({
      method,
      path: `/execute/${name}`,
      handle: (request) => {
        const account = whose(host, request);
        if (account === undefined) return accessDenied();
        const given = { ...Object.fromEntries(request.query), ...((request.body ?? {}) as Record<string, string>) };
        return json(200, uapiResult(() => callUapi(host, account, name, given)) as JsonObject);
      },
    })),
  );
  const logIn: SandboxRoute = {
    method: 'GET',
    path: '/:token/login/',
    handle: ({ query }): SandboxAnswer => {
      const user = sessions.use(query.get('session') ?? '');
      return user === undefined ? page(401, 'cPanel Login') : page(200, `cPanel - Main: ${user}`);
    },
  };
  return [...uapi, logIn];
}

function whose(host: CpanelHost, { headers }: SandboxRequest): Account | undefined {
  const [, encoded = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
  const [user = '', ...password] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  const account = host.accounts.get(user);
  return account !== undefined && !account.suspended && account.password === password.join(':') ? account : undefined;
}
