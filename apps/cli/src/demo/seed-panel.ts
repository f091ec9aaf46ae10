import type { JsonObject } from '@hostwright/sdk';
import type { DemoConfig } from './demo-config.js';
import type { PanelClient } from './panel-client.js';
import type { SandboxAddress } from './sandbox-messages.js';

interface Made {
  readonly id: string;
}

/** What answered when a server was tested. */
export interface ConnectedServer {
  readonly name: string;
  readonly version: string;
}

/** Sets the shop up as staff would: groups, servers (each tested), products. */
export async function seedShop(
  staff: PanelClient,
  config: DemoConfig,
  sandboxes: readonly SandboxAddress[],
): Promise<readonly ConnectedServer[]> {
  const groups = new Map<string, string>();
  for (const name of config.serverGroups) groups.set(name, (await staff.post<Made>('/api/v1/server-groups', { name })).id);
  const servers = new Map<string, string>();
  const connected: ConnectedServer[] = [];
  for (const { name, extension, kind, group, settings } of config.servers) {
    const sandbox = sandboxes.find(({ server }) => server === name);
    const { id } = await staff.post<Made>('/api/v1/servers', {
      name,
      extension,
      kind,
      ...(group !== undefined && { serverGroupId: groups.get(group) }),
      settings: { ...sandbox?.settings, ...settings },
    });
    servers.set(name, id);
    connected.push({ name, version: (await staff.post<{ version: string }>(`/api/v1/servers/${id}/test`)).version });
  }
  for (const { code, name, components } of config.products) {
    await staff.post('/api/v1/products', {
      code,
      name,
      components: components.map((component) => ({
        name: component.name,
        extension: component.extension,
        serverGroupId: groups.get(component.group),
        connections: Object.fromEntries(Object.entries(component.connections).map(([kind, server]) => [kind, servers.get(server)])),
        settings: { ...productSettings(config, sandboxes, component.extension), ...component.settings },
      })),
    });
  }
  return connected;
}

/** Enters the customer and gives them a log-in. */
export async function seedCustomer(staff: PanelClient, { customer }: DemoConfig, password: string): Promise<void> {
  const { id } = await staff.post<Made>('/api/v1/customers', customer);
  await staff.post('/api/v1/accounts', { email: customer.email, password, role: 'customer', customerId: id });
}

/** A key that opens the calls of another billing panel and nothing else. */
export async function issueKey(staff: PanelClient, name: string, scopes: readonly string[]): Promise<string> {
  return (await staff.post<{ key: string }>('/api/v1/api-keys', { name, scopes })).key;
}

/** What suits the sandbox of an extension. */
function productSettings({ servers }: DemoConfig, sandboxes: readonly SandboxAddress[], extension: string): JsonObject {
  const server = servers.find((one) => one.extension === extension);
  return sandboxes.find((sandbox) => sandbox.server === server?.name)?.product ?? {};
}
