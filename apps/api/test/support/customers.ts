import type { ApiFixture } from './api-fixture.js';

/** Staff order a site for a customer. */
export async function placeOrder(
  api: ApiFixture,
  email: string,
  product = 'wordpress-basic',
): Promise<{ readonly serviceId: string; readonly jobId: string }> {
  const body = { product, customer: { email }, order: { email, publicIp: '203.0.113.10' } };
  const { json } = await api.call('POST', '/api/v1/services', { body });
  return { serviceId: String(json.serviceId), jobId: String(json.jobId) };
}

/** The same, delivered. Answers the service. */
export async function delivered(api: ApiFixture, email: string, product?: string): Promise<string> {
  const { serviceId, jobId } = await placeOrder(api, email, product);
  const { pool } = api.database;
  await pool.query(`UPDATE provisioning_job SET state = 'completed', phase = 'ended', finished_at = now() WHERE id = $1`, [jobId]);
  await api.componentsMade();
  await becomes(api, serviceId, 'active');
  return serviceId;
}

export async function becomes(api: ApiFixture, serviceId: string, state: string): Promise<void> {
  await api.database.pool.query(`UPDATE service SET state = $2 WHERE id = $1`, [serviceId, state]);
}

/** Gives a customer, who has ordered, an account. Answers the token of a log-in. */
export async function letIn(api: ApiFixture, email: string): Promise<string> {
  await api.account(email, 'customer', await api.one('SELECT id FROM customer WHERE email = $1', [email]));
  return api.login(email);
}
