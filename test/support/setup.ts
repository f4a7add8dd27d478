import fc from 'fast-check';

// The fast suite tries the same cases each time, so that it fails for a change alone; `npm run soak` looks for new ones.
if (!process.env['SOAK']) fc.configureGlobal({ seed: 20261121 });
