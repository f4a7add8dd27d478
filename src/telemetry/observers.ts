import type { AwsObserver } from '../aws/observer.ts';
import type { RequestObserver } from '../server/observation/observer.ts';

/** Observes requests and the AWS calls that they make. */
export interface Observer extends RequestObserver, AwsObserver {}

/** Returns an observer that calls several ones, the first around the others. */
export function joinObservers(observers: readonly Observer[]): Observer {
  return {
    run: (request, answer) => observers.reduceRight((inner, each) => () => each.run(request, inner), answer)(),
    end: (request, end) => {
      for (const each of observers) each.end(request, end);
    },
    call: (call, make) => observers.reduceRight((inner, each) => () => each.call(call, inner), make)(),
  };
}
