import { expect, it } from 'vitest';
import { mergeReports, type Report } from './generated/snapgate/reports.ts';

const report = (status: string, more: Partial<Report> = {}): Report => ({
  sourceId: 'a',
  status,
  awsCalls: 1,
  ...more,
});
const failure = (errorCode: string, message: string) => ({ errorCode, error: { message } });

it.each([
  ['a source that was read to its end stays complete', ['COMPLETE', 'PASSED', 'PASSED'], 'COMPLETE'],
  ['a source that is reached later is complete', ['NOT_REACHED', 'COMPLETE'], 'COMPLETE'],
  ['a source that comes later stays to come', ['NOT_REACHED', 'NOT_REACHED'], 'NOT_REACHED'],
  ['a failure stays', ['DENIED', 'DENIED'], 'DENIED'],
  ['a failure is not passed', ['FAILED', 'PASSED'], 'FAILED'],
  ['a stopped source that was continued is complete', ['PARTIAL', 'COMPLETE', 'PASSED'], 'COMPLETE'],
  ['a source that fails on a later page failed', ['COMPLETE', 'PARTIAL'], 'PARTIAL'],
  ['pages before a list that begins in the middle are passed', ['PASSED', 'PASSED'], 'PASSED'],
])('%s', (_name, statuses, merged) => {
  expect(mergeReports(statuses.map((status) => [report(status)]))).toMatchObject([
    { status: merged, awsCalls: statuses.length },
  ]);
});

it('the error of a repeated failure is the first, unless its code differs', () => {
  const first = report('DENIED', failure('FORBIDDEN', 'AWS denied'));
  const again = report('DENIED', failure('FORBIDDEN', 'failed on an earlier page'));
  expect(mergeReports([[first], [again]])).toMatchObject([{ error: { message: 'AWS denied' } }]);
  const other = report('THROTTLED', failure('THROTTLED', 'AWS throttled'));
  expect(mergeReports([[first], [other]])).toMatchObject([{ error: { message: 'AWS throttled' } }]);
  expect(mergeReports([[first], [report('COMPLETE', { error: null })]])).toMatchObject([{ error: null }]);
});

it('the time is that of the oldest records', () => {
  const at = (fetchedAt: string | null) => [report('COMPLETE', { fetchedAt })];
  const [older, newer] = ['2026-01-01T00:00:01.000Z', '2026-01-01T00:00:02.000Z'];
  expect(mergeReports([at(newer), at(older)])).toMatchObject([{ fetchedAt: older }]);
  expect(mergeReports([at(older), at(newer), at(null)])).toMatchObject([{ fetchedAt: older }]);
  expect(mergeReports([at(null), at(newer)])).toMatchObject([{ fetchedAt: newer }]);
});

it('sources that are not identified have the reports of the last page', () => {
  const unknown = (status: string) => [{ ...report(status), sourceId: undefined }];
  expect(mergeReports([unknown('NOT_REACHED'), unknown('COMPLETE')])).toEqual(unknown('COMPLETE'));
});
