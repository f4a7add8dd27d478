import { expect, it } from 'vitest';
import { serviceTable } from '../../../src/snapshots/service.ts';
import { testedServices } from '../../support/services.ts';

it('the contract runs against every service of the table', () => {
  expect(Object.keys(testedServices)).toEqual(Object.keys(serviceTable));
});
