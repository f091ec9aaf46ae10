export * from './sign-in.js';
export * from './use-session.js';
