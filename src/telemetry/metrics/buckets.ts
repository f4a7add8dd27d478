/** The upper bounds of durations, in seconds: from a cached response to the time limit of a slow request. */
export const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The upper bounds of the durations of full reads, in seconds, which continue in the background. */
export const longDurations = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900];
