import { clusterAfter } from '../../../changes/backups/backup-settings.ts';
import type { ClusterChange } from '../../../changes/restores/backend.ts';
import { AlreadyExistsError, QuotaExceededError } from '../../../errors.ts';
import { restore } from '../../../limits/field-prices.ts';
import { included } from '../../../limits/price.ts';
import { builder } from '../../builder.ts';
import { ClusterInterface } from '../../cluster.ts';
import { everyInput } from '../inputs.ts';
import { resultOf } from '../payload.ts';
import { PlannedCallType } from '../planned-call.ts';
import { optionsFor } from './service-options.ts';

const CreateClusterInstancesInput = builder.inputType('CreateClusterInstancesInput', {
  description: 'Input of createClusterInstances.',
  fields: (t) => ({
    clusterId: t.id({
      required: true,
      description: 'The Node ID or ARN of the Amazon DocumentDB cluster, which must be available.',
    }),
    instances: t.field({
      ...optionsFor('instances'),
      required: true,
      description:
        'The instances of the cluster. Their names are those of the cluster, followed by -1, -2 and so on; an instance of the cluster that exists is skipped.',
    }),
    ...everyInput(t),
  }),
});

const CreateClusterInstancesPayload = builder.objectRef<ClusterChange>('CreateClusterInstancesPayload').implement({
  description: 'Payload of createClusterInstances.',
  fields: (t) => ({
    cluster: t.field({
      type: ClusterInterface,
      nullable: true,
      description:
        'The cluster after the change; follow its instances with `clusterProgress`. Null for a dry run. For a repetition with the same `idempotencyKey`, the cluster as it is now.',
      extensions: { price: included },
      resolve: (change) => clusterAfter(change),
    }),
    plannedCalls: t.field({
      type: [PlannedCallType],
      description:
        'The AWS calls that the mutation made, in order; for a dry run, the AWS calls that it would make. Empty if all instances exist.',
      resolve: ({ plannedCalls }) => [...plannedCalls],
    }),
  }),
});

builder.mutationField('createClusterInstances', (t) =>
  t.field({
    type: CreateClusterInstancesPayload,
    nullable: true,
    description:
      'Creates the instances of an available Amazon DocumentDB cluster that do not exist yet, such as those of a restored cluster. It can be repeated: instances that exist are skipped. One AWS call per instance.',
    args: {
      input: t.arg({
        type: CreateClusterInstancesInput,
        required: true,
        description: 'The cluster, and the instances to create.',
      }),
    },
    extensions: { price: restore },
    errors: { types: [AlreadyExistsError, QuotaExceededError], union: resultOf('createClusterInstances') },
    resolve: (_root, { input }, ctx) => ctx.changes.createClusterInstances(input),
  }),
);
