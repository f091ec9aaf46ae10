export * from './create-ssh.js';
