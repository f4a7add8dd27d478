import { expect, it } from 'vitest';
import { serviceTable } from '../../../src/snapshots/service.ts';
import { testedServices } from '../../support/services.ts';

it('the contract covers every service in the service table', () => {
  expect(Object.keys(testedServices)).toEqual(Object.keys(serviceTable));
});
