import fc from 'fast-check';

// The fast suite always runs the same cases, so that only a change can break it; `npm run soak` tries new cases.
if (!process.env['SOAK']) fc.configureGlobal({ seed: 20261121 });
