import './graphql/lists/connection.ts';
import './graphql/questions/quota.ts';
import './graphql/questions/recovery-report.ts';
import './graphql/questions/snapshot-days.ts';
import './graphql/questions/snapshot-schedules.ts';
import './graphql/questions/summary.ts';
import './graphql/mutations/index.ts';
import './graphql/subscription.ts';
import './graphql/viewer.ts';
import './services/index.ts';
import { builder } from './graphql/builder.ts';

/** The executable schema: all types and fields that the imports above add to the builder. */
export const schema = builder.toSchema();
