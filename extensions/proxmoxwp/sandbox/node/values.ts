/** The rule of each value that a script may ask for, as the scripts themselves check them. */
const rules: Readonly<Record<string, RegExp>> = {
  vmid: /^[1-9]\d{2,8}$/,
  claim: /^[a-z0-9][a-z0-9-]{0,79}$/,
  domain: /^(?=.{1,253}$)[a-z0-9-]+(\.[a-z0-9-]+)*$/,
  databasePassword: /^[A-Za-z0-9]+$/,
  wordpressUrl: /^https?:\/\/[A-Za-z0-9._~:/?&=%+@-]+$/,
  wordpressSha256: /^[0-9a-f]{64}$/,
};

/** What is wrong with the values a script was given; undefined when it has those it asks for and no other. Names no value. */
export function valuesComplaint(asked: readonly string[], given: Readonly<Record<string, string>>): string | undefined {
  if (Object.keys(given).some((name) => !asked.includes(name))) return 'there is a value that this script does not know';
  const wrong = asked.find((name) => !rules[name]?.test(given[name] ?? ''));
  return wrong === undefined ? undefined : `${wrong} breaks its rule`;
}
