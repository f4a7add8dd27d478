import { beforeEach, expect, it } from 'vitest';
import { type Confirmations, createConfirmations } from '../../src/mcp/confirmations.ts';

let now: number;
let confirmations: Confirmations;
beforeEach(() => {
  now = 0;
  confirmations = createConfirmations(() => now);
});

const input = { snapshotId: 'one', tags: [{ key: 'team', value: 'shop' }] };
const redeem = (token: string | undefined, tool = 'tag_snapshot', given: object = input) =>
  confirmations.redeem(token, tool, { ...given });

it('confirms one change with the same input', () => {
  const token = confirmations.issue('tag_snapshot', input);
  expect(redeem(token, 'tag_snapshot', { tags: [{ value: 'shop', key: 'team' }], snapshotId: 'one' })).toBeUndefined();
  expect(redeem(token)).toBe('CONFIRMATION_REQUIRED');
});

it('confirms nothing without a token, or with an unknown one', () => {
  expect(redeem(undefined)).toBe('CONFIRMATION_REQUIRED');
  expect(redeem('')).toBe('CONFIRMATION_REQUIRED');
  expect(redeem('unknown')).toBe('CONFIRMATION_REQUIRED');
});

it('confirms no other change, and then still its own', () => {
  const token = confirmations.issue('tag_snapshot', input);
  expect(redeem(token, 'untag_snapshot')).toBe('CONFIRMATION_MISMATCH');
  expect(redeem(token, 'tag_snapshot', { ...input, snapshotId: 'two' })).toBe('CONFIRMATION_MISMATCH');
  expect(redeem(token, 'tag_snapshot', { ...input, account: '123456789012' })).toBe('CONFIRMATION_MISMATCH');
  expect(redeem(token, 'tag_snapshot', { ...input, tags: [] })).toBe('CONFIRMATION_MISMATCH');
  expect(redeem(token)).toBeUndefined();
});

it('confirms for less than 5 minutes', () => {
  const [early, late] = [confirmations.issue('tag_snapshot', input), confirmations.issue('tag_snapshot', input)];
  now = 299_999;
  expect(redeem(early)).toBeUndefined();
  now = 300_000;
  expect(redeem(late)).toBe('CONFIRMATION_EXPIRED');
});

it('remembers the 100 newest tokens', () => {
  const tokens = Array.from({ length: 101 }, () => confirmations.issue('tag_snapshot', input));
  expect(new Set(tokens).size).toBe(101);
  expect(redeem(tokens[0])).toBe('CONFIRMATION_REQUIRED');
  expect(redeem(tokens[1])).toBeUndefined();
  expect(redeem(tokens[100])).toBeUndefined();
});

it('knows only the tokens of its session', () => {
  const token = confirmations.issue('tag_snapshot', input);
  expect(createConfirmations(() => now).redeem(token, 'tag_snapshot', input)).toBe('CONFIRMATION_REQUIRED');
});
