import type * as ObservablePlot from '@observablehq/plot';

declare global {
  /** Set by the script of the library. */
  var Plot: typeof ObservablePlot;
}
