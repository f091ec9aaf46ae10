export { allowChange, changePackage } from './change-package.js';
export { create } from './create.js';
export { addHostname, listHostnames, recheckHostname, removeHostname, setFallbackOrigin } from './hostname-actions.js';
export { listPlans } from './list-plans.js';
export { ofZones } from './of-zones.js';
export { recheckZone } from './recheck-zone.js';
export { suspend, unsuspend } from './suspend.js';
export { terminate } from './terminate.js';
