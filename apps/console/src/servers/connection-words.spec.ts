import { expect, it } from '@jest/globals';
import { ApiFailure, faultIn } from '../api/api-failure.js';
import { settingFaultText } from './connection-words.js';

const labels = new Map([
  ['token', 'API token'],
  ['unitTag', 'Unit'],
]);
const refused = (message: string, field?: string) => faultIn(new ApiFailure(502, 'invalid_config', message, field));

it.each([
  ['by the name of its form', refused('it was refused', 'token'), 'API token: It was refused.'],
  ['when it is named from where it stands', refused('settings.token: it was refused', 'settings.token'), 'API token: It was refused.'],
  ['once, when the module has named it already', refused('Unit: the tenant has no unit 7', 'unitTag'), 'Unit: the tenant has no unit 7.'],
])('a setting that is at fault is named %s', (_, fault, text) => {
  expect(settingFaultText(fault, labels)).toBe(text);
});

it.each([
  ['names none', refused('the API token was refused')],
  ['names one that the form does not have', refused('it was refused', 'other')],
])('no setting is at fault where the error %s', (_, fault) => {
  expect(settingFaultText(fault, labels)).toBeUndefined();
});
