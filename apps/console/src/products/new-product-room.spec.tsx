/** @jest-environment @happy-dom/jest-environment */
import { openConsole, Refusal, type FakeApi } from '../testing/index.js';
import { describe, expect, it } from '@jest/globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { aChoice, aPanel, aProduct } from './testing.js';

const field = (label: RegExp | string, within_: HTMLElement = document.body) => within(within_).getByLabelText<HTMLInputElement>(label);
const fill = (label: RegExp | string, value: string, at?: HTMLElement) => fireEvent.change(field(label, at), { target: { value } });
const optionsOf = (label: RegExp | string, at?: HTMLElement) =>
  [...field(label, at).querySelectorAll('option')].map((option) => option.textContent);
const press = (name: RegExp | string) => fireEvent.click(screen.getByRole('button', { name }));

/** The form with one component of the extension that has packages. */
async function openForm(panel: FakeApi): Promise<FakeApi> {
  openConsole('/app/products/new');
  await screen.findByLabelText(/^Code/);
  fill(/^Code/, 'hosting');
  fill(/^Name \*$/, 'Hosting');
  fill(/^Name of the component/, 'site');
  fill(/^Extension/, 'web');
  fill(/^Server group/, '1');
  return panel;
}

describe('a new product', () => {
  it('is created with what was filled in, and shown', async () => {
    const panel = await openForm(aPanel().answer('POST /api/v1/products', aProduct()).answer('GET /api/v1/products/5', aProduct()));
    await screen.findByRole('option', { name: 'LARGE' });
    fill(/^Package/, 'large');
    fill(/^DNS TTL/, '300');
    fill(/^DNS server/, '13');
    fireEvent.click(field('With certificate'));
    press('Create');
    expect(await screen.findByRole('heading', { name: 'Hosting' })).toBeTruthy();
    expect(panel.sent('POST /api/v1/products')).toEqual([
      {
        ...{ code: 'hosting', name: 'Hosting', description: '', state: 'active', onFailure: null, addonOf: [] },
        components: [
          {
            ...{ name: 'site', extension: 'web', serverGroupId: '1', connections: { dns: '13' }, inputs: {}, site: null },
            ...{ settings: { package: 'large', ttl: 300, ssl: false }, handOver: 'awaited' },
          },
        ],
      },
    ]);
  });

  it('asks with labels, help, defaults and rules in words, and for no secret', async () => {
    await openForm(aPanel());
    await screen.findByRole('option', { name: 'LARGE' });
    expect(field(/^DNS TTL/).value).toBe('3600');
    expect(field('With certificate').checked).toBe(true);
    expect(screen.getByText('At most 7 lower-case letters and digits')).toBeTruthy();
    expect(document.body.textContent).not.toContain('[a-z0-9]');
    expect(screen.queryByLabelText('Licence key')).toBeNull();
    expect(screen.getByText(/^Licence key is a secret/)).toBeTruthy();
  });

  it('says what the panel refused, at the field', async () => {
    const rule = 'components.0.settings.database: must be at most 7 lower-case letters and digits';
    await openForm(aPanel().answer('POST /api/v1/products', new Refusal(400, 'invalid_input', rule, 'components.0.settings.database')));
    fill(/^First database/, 'TOO LONG');
    press('Create');
    await waitFor(() => expect(field(/^First database/).getAttribute('aria-invalid')).toBe('true'));
    expect(screen.getByText('Must be at most 7 lower-case letters and digits.')).toBeTruthy();
    expect(field(/^First database/).value).toBe('TOO LONG');
    expect(field(/^DNS TTL/).getAttribute('aria-invalid')).not.toBe('true');
  });

  it.each([
    ['code', /^Code/],
    ['components.0.name', /^Name of the component/],
    ['components.0.extension', /^Extension/],
    ['components.0.serverGroupId', /^Server group/],
    ['components.0.connections.dns', /^DNS server/],
    ['components.0.handOver', /^Handed over/],
    ['addonOf.0', /^Added to/],
  ])('says what is wrong with %s there', async (at, label) => {
    await openForm(aPanel().answer('POST /api/v1/products', new Refusal(409, 'conflict', 'it is taken', at)));
    press('Create');
    await waitFor(() => expect(field(label).getAttribute('aria-invalid')).toBe('true'));
  });
});

describe('choices that a server knows', () => {
  it('are waited for, and then a drop-down', async () => {
    let arrive = (_: unknown): void => undefined;
    const list = new Promise((resolve) => (arrive = resolve));
    await openForm(aPanel().answer('GET /api/v1/servers/11/choices/packages', () => list));
    await waitFor(() => expect(optionsOf(/^Package/)).toEqual(['Loading …']));
    expect(field(/^Package/).disabled).toBe(true);
    arrive({ items: [aChoice('basic'), aChoice('large')] });
    await waitFor(() => expect(optionsOf(/^Package/)).toEqual(['Choose …', 'BASIC', 'LARGE']));
  });

  it('are typed when the server does not answer, and loaded when it does again', async () => {
    const panel = aPanel();
    panel.answer('GET /api/v1/servers/11/choices/packages', new Refusal(503, 'unavailable', 'the server does not answer'));
    await openForm(panel);
    expect(await screen.findByText(/could not be loaded, so type it\. The server does not answer\./)).toBeTruthy();
    expect(field(/^Package/).tagName).toBe('INPUT');
    fill(/^Package/, 'basic');
    panel.answer('GET /api/v1/servers/11/choices/packages', { items: [aChoice('large')] });
    press('Load the list again: Package');
    await waitFor(() => expect(optionsOf(/^Package/)).toEqual(['LARGE', 'basic (not on the list)']));
    expect(field(/^Package/).value).toBe('basic');
    press('Type another: Package');
    expect(field(/^Package/).tagName).toBe('INPUT');
  });

  it('are typed when there are none', async () => {
    await openForm(aPanel().answer('GET /api/v1/servers/11/choices/packages', { items: [] }));
    expect(await screen.findByText(/nothing to choose from yet/)).toBeTruthy();
    expect(field(/^Package/).tagName).toBe('INPUT');
  });

  it('are typed when the group has no such server, which is not asked then', async () => {
    const panel = await openForm(aPanel());
    fill(/^Server group/, '2');
    expect(await screen.findByText(/no server to load the choices from/)).toBeTruthy();
    expect(optionsOf(/^Server group/)).toContain('Zones (no server of it there)');
    expect(panel.asked.filter(({ call }) => call.includes('/servers/12/'))).toEqual([]);
  });
});
