export { readConfig, deriveKey, type Config } from './config.js';
export { configSecrets } from './config-secrets.js';
export { loadConfig, wrongConfigExitCode } from './load-config.js';
export { ConfigError, type SecretKey } from './parsers.js';
export { variables, type VariableName } from './variables.js';
