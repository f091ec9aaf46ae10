/** @jest-environment @happy-dom/jest-environment */
import { openConsole, Refusal, type FakeApi } from '../testing/index.js';
import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { aComponent, aPanel, aProduct } from './testing.js';

const change = 'PATCH /api/v1/products/5';
const component = (name: string) => screen.getByRole('region', { name });
const field = (name: string, label: RegExp | string) => within(component(name)).getByLabelText<HTMLInputElement>(label);
const fill = (name: string, label: RegExp | string, value: string) => fireEvent.change(field(name, label), { target: { value } });
const optionsOf = (name: string, label: RegExp | string) =>
  [...field(name, label).querySelectorAll('option')].map((one) => one.textContent);
const press = (name: RegExp | string) => fireEvent.click(screen.getByRole('button', { name }));
/** Until the product is shown again. */
const save = async () => {
  press('Save');
  await screen.findByRole('heading', { name: 'Hosting' });
};
const sentComponents = (panel: FakeApi) => (panel.sent(change)[0] as { components: Record<string, unknown>[] }).components;

async function openComponents(product: object = aProduct(), panel: FakeApi = aPanel()): Promise<FakeApi> {
  panel.answer('GET /api/v1/products/5', product).answer(change, product);
  openConsole('/app/products/5/components');
  await screen.findAllByLabelText(/^Name of the component/);
  return panel;
}

describe('the components of a product', () => {
  it('are sent as they are when nothing was changed', async () => {
    const panel = await openComponents();
    await save();
    expect(screen.getByText('The components of Hosting are changed.')).toBeTruthy();
    expect(panel.sent(change)).toEqual([
      {
        components: [
          aComponent({ name: 'zone', extension: 'zone', serverGroupId: '2', connections: { dns: '13' } }),
          aComponent({ settings: { package: 'basic', ttl: 300, ssl: true }, inputs: { domain: { component: 'zone', output: 'domain' } } }),
        ],
      },
    ]);
  });

  it('are wired from what another one leaves that fits, and from nothing else', async () => {
    const zone = aProduct().components[0];
    const panel = await openComponents(aProduct({ components: [zone, aComponent({ settings: { package: 'basic' } })] }));
    fill('Site', 'Wire a field', 'domain');
    // No secret, nothing that may be missing, and nothing of its own.
    expect(optionsOf('Site', /^Domain/)).toEqual(['Choose …', 'Zone of zone', 'Remote id of zone']);
    fireEvent.change(field('Site', /^Domain/), { target: { value: 'component:0:domain' } });
    fill('Site', 'Wire a field', 'licence');
    expect(optionsOf('Site', /^Licence key/)).toContain('Transfer key of zone');
    fireEvent.change(field('Site', /^Licence key/), { target: { value: 'component:0:key' } });
    await save();
    expect(sentComponents(panel)[1]?.['inputs']).toEqual({
      domain: { component: 'zone', output: 'domain' },
      licence: { component: 'zone', output: 'key' },
    });
  });

  it('stay wired when one is renamed, and are not wired from one that is removed', async () => {
    const panel = await openComponents();
    fill('Zone', /^Name of the component/, 'dns');
    expect(optionsOf('Site', /^Domain/)).toContain('Zone of dns');
    await save();
    expect(sentComponents(panel).map(({ name, inputs }) => [name, inputs])).toEqual([
      ['dns', {}],
      ['site', { domain: { component: 'dns', output: 'domain' } }],
    ]);
    const after = await openComponents();
    press('Remove: Zone');
    await save();
    expect(sentComponents(after).map(({ name, inputs }) => [name, inputs])).toEqual([['site', {}]]);
  });

  it('of an add-on are wired from the service that it is added to, and work for its site', async () => {
    const parent = aProduct({ id: '4', code: 'plain' });
    const panel = aPanel().answer('GET /api/v1/products', { items: [parent], next: null });
    await openComponents(aProduct({ addonOf: ['plain'], components: [aComponent({ settings: { package: 'basic' } })] }), panel);
    fill('Site', 'Wire a field', 'domain');
    expect(optionsOf('Site', /^Domain/)).toContain('Zone of zone of the service it is added to');
    fireEvent.change(field('Site', /^Domain/), { target: { value: 'parent:zone:domain' } });
    fill('Site', /^Works for/, 'parent:site');
    await save();
    expect(sentComponents(panel)[0]).toMatchObject({ inputs: { domain: { parent: 'zone', output: 'domain' } }, site: { parent: 'site' } });
  });

  it('show what the panel refused of a wire at the wire, also where nobody wired anything', async () => {
    const panel = await openComponents();
    const refuse = (field: string) => panel.answer(change, new Refusal(400, 'invalid_input', `${field}: would go round`, field));
    refuse('components.1.inputs.domain');
    press('Save');
    await waitFor(() => expect(field('Site', /^Domain/).getAttribute('aria-invalid')).toBe('true'));
    refuse('components.0.inputs.domain');
    press('Save');
    expect(await within(component('Zone')).findByText('Domain: Would go round.')).toBeTruthy();
    expect(field('Site', /^Domain/).getAttribute('aria-invalid')).not.toBe('true');
  });

  it('say when an extension is not loaded, and keep their wires in sight', async () => {
    const gone = aComponent({ name: 'old', extension: 'gone' });
    await openComponents(aProduct({ components: [gone, aComponent({ inputs: { domain: { component: 'old', output: 'domain' } } })] }));
    expect(within(component('Old')).getByText('This extension is not loaded.')).toBeTruthy();
    expect(optionsOf('Site', /^Domain/)).toContain('domain of old (cannot be chosen)');
  });
});
