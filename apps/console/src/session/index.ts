export * from './door-page.js';
export * from './link-token.js';
export * from './one-time-link.js';
export * from './sign-in.js';
export * from './use-session.js';
