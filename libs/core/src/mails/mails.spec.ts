import { describe, expect, it } from '@jest/globals';
import { secret, type Fields } from '@hostwright/sdk';
import { factsFor, factsOfAll, isMailable, mailFor, nameToGreet, oneLine, wantedMail } from './index.js';

describe('which mail an event asks for', () => {
  const about = { jobId: '7', serviceId: '3', operation: 'create' };

  it('is one about a service that was delivered, however often it is told', () => {
    expect(wantedMail('service.create.completed', about)).toEqual(wantedMail('service.create.completed', about));
    expect(wantedMail('service.create.completed', about)).toMatchObject({ mail: 'welcome', key: 'mail:welcome:7' });
  });

  it('is one about a delay, however many jobs fail', () => {
    const failed = wantedMail('job.failed', about);
    const stuck = wantedMail('job.needs_operator', { ...about, jobId: '8' });
    expect([failed?.mail, stuck?.mail, failed?.key === stuck?.key]).toEqual(['delayed', 'delayed', true]);
  });

  it('is one about what was to come after the hand-over, however often it fails', () => {
    const stuck = wantedMail('job.needs_operator', { ...about, handedOver: true });
    expect(stuck).toMatchObject({ mail: 'later-parts-delayed', jobId: '7' });
    expect(wantedMail('service.laterParts.given_up', about)).toEqual(stuck);
    expect(mailFor('later-parts-delayed', 'terminated')).toBeUndefined();
  });

  it('is the end of the waiting when a service that could not be made is given up, whatever job that was', () => {
    expect(wantedMail('service.cancelled', { serviceId: '3' })).toEqual({
      mail: 'not-delivered',
      serviceId: '3',
      key: wantedMail('job.cancelled', about)?.key,
    });
  });

  it('is none where customers have nothing to do with it', () => {
    expect(wantedMail('job.failed', { ...about, operation: 'suspend' })).toBeUndefined();
    expect(wantedMail('service.reboot.completed', about)).toBeUndefined();
    expect(wantedMail('operator_task.opened', about)).toBeUndefined();
    expect(wantedMail('service.create.completed', { jobId: '7', serviceId: null })).toBeUndefined();
    expect(wantedMail('constructor', about)).toBeUndefined();
  });

  it('is none any more when it is not so by then', () => {
    expect(mailFor('delayed', 'active')).toBeUndefined();
    expect(mailFor('suspended', 'active')).toBeUndefined();
    expect(mailFor('welcome', 'terminated')).toBeUndefined();
    expect(mailFor('delayed', 'cancelled')).toBe('not-delivered');
    expect(mailFor('domain-active', 'active')).toBe('domain-active');
  });
});

describe('what is put into mails', () => {
  it.each(['Win at https://evil.example', 'evil.example', 'Ann\r\nBcc: x@y.z', '<b>Ann</b>', 'a'.repeat(100), '{{link}}', '123', ' '])(
    'greets nobody as %j',
    (name) => expect(nameToGreet(name)).toBe(''),
  );

  it.each(['Ann', "Mary-Jane O'Neil", 'Dr. A. Müller', 'Société Dupont & fils', '田中 太郎', 'Sammy Davis Jr.'])('greets %s', (name) => {
    expect(nameToGreet(name)).toBe(name);
  });

  it('keeps a text on its line', () => {
    expect(oneLine('a\r\nBcc: b\u0000\u2028c')).toBe('a Bcc: b c');
    expect(oneLine('x'.repeat(1000))).toHaveLength(300);
  });

  it('goes to no address that leads nowhere or is more than one', () => {
    for (const no of ['zone-7@paymenter.invalid', 'a@invalid', 'a@b.INVALID.', 'a@b.example, c@d.example', 'nobody', '<a@b.example>', ''])
      expect(isMailable(no)).toBe(false);
    for (const yes of ['a@b.example', 'a+b@invalid.example']) expect(isMailable(yes)).toBe(true);
  });

  it('is of a service what was declared for its customer, and never a secret', () => {
    const fields = {
      host: { type: 'text', label: 'Address', shownTo: 'customer' },
      user: { type: 'text', label: 'User name', shownTo: 'customer' },
      password: { type: 'secret', label: 'Password', shownTo: 'customer' },
      marked: { type: 'text', label: 'Marked', shownTo: 'customer' },
      sealed: { type: 'text', label: 'Sealed', shownTo: 'customer' },
      certificate: { type: 'multiline', label: 'Certificate', shownTo: 'customer' },
      node: { type: 'text', label: 'Node', shownTo: 'staff' },
      backups: { type: 'boolean', label: 'Backups', shownTo: 'customer' },
      empty: { type: 'text', label: 'Empty', shownTo: 'customer' },
    } as unknown as Fields;
    const facts = factsFor(fields, {
      host: 'a.example',
      user: 'ann\nroot',
      password: 'hunter2',
      marked: secret('hunter2') as never,
      sealed: { $sealed: 'hunter2' },
      certificate: '-----BEGIN CERTIFICATE-----\nMIIB\n',
      node: 'hunter2',
      backups: true,
      other: 'hunter2',
    });
    expect(facts).toEqual([
      { label: 'Address', value: 'a.example' },
      { label: 'User name', value: 'ann root' },
      { label: 'Backups', value: 'yes' },
    ]);
  });

  it('is of several components each line once, and says of which one it is where they mean different things by a word', () => {
    const text = (label: string) => ({ type: 'text', label, shownTo: 'customer' }) as const;
    const fields = { domain: text('Domain'), nameServers: text('Name servers'), plan: text('Plan') };
    expect(
      factsOfAll([
        { name: 'account', fields, properties: { domain: 'shop.example', nameServers: 'ada.example', plan: 'pro' } },
        { name: 'zone', fields, properties: { domain: 'shop.example', nameServers: 'ns1.example' } },
      ]),
    ).toEqual([
      { label: 'Domain', value: 'shop.example' },
      { label: 'Name servers (account)', value: 'ada.example' },
      { label: 'Plan', value: 'pro' },
      { label: 'Name servers (zone)', value: 'ns1.example' },
    ]);
  });
});
