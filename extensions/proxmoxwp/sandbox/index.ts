import { defineSandbox } from '@hostwright/sdk-testing';
import { startProxmoxSandbox } from './proxmox-sandbox.js';

export { startProxmoxSandbox, type ProxmoxSandbox } from './proxmox-sandbox.js';
export type { ProxmoxControls, ProxmoxStats } from './controls.js';

export default defineSandbox({ id: 'proxmoxwp', start: startProxmoxSandbox });
