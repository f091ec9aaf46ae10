export * from './test-ctx.js';
export * from './sandbox-fetch.js';
export * from './sandbox-ssh.js';
export * from './sandbox-resolve.js';
