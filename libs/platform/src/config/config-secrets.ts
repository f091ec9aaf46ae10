import type { Config } from './config.js';

/** Every secret in the settings, for the log's mask: the keys as they are written, and passwords of URLs. */
export function configSecrets({
  secretKeys,
  databaseUrl,
  redisUrl,
  smtpUrl,
}: Pick<Config, 'secretKeys' | 'databaseUrl' | 'redisUrl' | 'smtpUrl'>): string[] {
  const keys = secretKeys.map(({ key }) => key.export().toString('base64'));
  const passwords = [databaseUrl, redisUrl, smtpUrl].flatMap((url) => {
    const password = url ? new URL(url).password : '';
    return password ? [password, decodeText(password)] : [];
  });
  return [...new Set([...keys, ...passwords])];
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a lone % stands for itself
  }
}
