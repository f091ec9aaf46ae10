/** Of a step `t`: it goes on once settings are mended. */
export const waitsForSettings = `t.trouble_since IS NOT NULL AND t.error ->> 'code' IN ('invalid_config', 'unauthenticated')`;
