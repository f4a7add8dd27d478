import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// Preloaded with `--import` by a process whose modules a test lists: appends the URL of each module that it loads.
const file = process.env['LOADED_MODULES'] ?? '';

registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});
