/** Of a step `t`: it goes on once the setting of its server is mended that the operator task `o` asks for. */
export const waitsForSetting = `t.server_id = o.server_id AND t.trouble_since IS NOT NULL AND t.error ->> 'setting' = o.step_key`;
