import { readValues } from './read-values.js';

/**
 * Node side. Data: `vmid`. Whether a command can run inside the container; changes nothing.
 * Output: `ready`. Otherwise what `pct` says, with its exit code (255 when the container is stopped or on another node).
 */
export const containerReady = String.raw`${readValues(['vmid'])}exec pct exec "$vmid" -- /bin/echo ready </dev/null
`;
