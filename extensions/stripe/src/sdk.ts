import type { Stripe as SdkClient } from 'stripe';

export type Sdk = SdkClient;

/** The official SDK takes its time to load, so it is loaded when it is first used and not when the panel starts. */
export async function loadSdk() {
  const { default: Stripe } = await import('stripe');
  return Stripe;
}
