import { InvalidInputError } from '../errors.ts';

/** Throws INVALID_INPUT, naming the argument, such as `first` or `filter.gapWithinDays`, unless 1 <= `value` <= `maximum`. */
export function requireRange(argument: string, value: number, maximum: number): void {
  if (value >= 1 && value <= maximum) return;
  throw new InvalidInputError(`${argument} is ${value}; it must be 1 to ${maximum}.`, argument.split('.'));
}
