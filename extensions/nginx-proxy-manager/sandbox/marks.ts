import type { Json, JsonObject } from '@hostwright/sdk';
import type { SandboxAnswer } from '@hostwright/sdk-testing';

/** Where a module may put its mark: a comment line of the advanced configuration. */
const markLine = /^(# hw-owner: )(\S+)(?=\r?$)/m;

/** The mark in a host's advanced configuration. */
export function markOf(advancedConfig: Json | undefined): string | undefined {
  return markLine.exec(String(advancedConfig))?.[2];
}

/** The answer with another mark on every host in it. */
export function withMark(answer: SandboxAnswer, mark: string): SandboxAnswer {
  const remarked = (value: Json): Json => {
    if (Array.isArray(value)) return value.map((each: Json) => remarked(each));
    if (typeof value !== 'object' || value === null) return value;
    const host = value as JsonObject;
    return typeof host['advanced_config'] === 'string'
      ? { ...host, advanced_config: host['advanced_config'].replace(markLine, `$1${mark}`) }
      : value;
  };
  return answer.json === undefined ? answer : { ...answer, json: remarked(answer.json) };
}
