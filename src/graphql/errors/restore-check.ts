import type { RestoreCheck, RestoreRequirement, Verdict } from '../../errors/restore-checks.ts';
import { builder } from '../builder.ts';

export const VerdictEnum = builder.enumType('Verdict', {
  description: 'Whether a requirement is met.',
  values: {
    YES: { description: 'The requirement is met.' },
    NO: { description: 'The requirement is not met.' },
    UNKNOWN: {
      description:
        'The requirement could not be checked: the gateway lacks a permission, AWS failed, or AWS has no operation for it. Never counts as YES.',
    },
  } satisfies Record<Verdict, object>,
});

const RestoreRequirementEnum = builder.enumType('RestoreRequirement', {
  description: 'A requirement of a restore.',
  values: {
    SNAPSHOT_AVAILABLE: { description: 'The snapshot is available, or the time can be restored.' },
    NAME_FREE: { description: 'No cluster, and no instance, has the name of a new one.' },
    NODE_TYPE_RESTORABLE: { description: 'Amazon Redshift: the snapshot can be restored to the node type.' },
    NODE_COUNT_SUFFICIENT: { description: 'Amazon Redshift: the snapshot can be restored to this number of nodes.' },
    INSTANCE_CLASS_OFFERED: { description: 'Amazon DocumentDB: AWS offers the instance class for the engine version.' },
    ENGINE_VERSION_OFFERED: {
      description: 'Amazon DocumentDB: AWS offers the engine version, and it is not older than that of the snapshot.',
    },
    KMS_KEY_USABLE: { description: 'The AWS KMS keys of the snapshot and of the new cluster exist and are enabled.' },
    SUBNET_GROUP_EXISTS: { description: 'The subnet group exists.' },
    PARAMETER_GROUP_FITS: { description: 'The parameter group exists, and fits the engine version.' },
    SECURITY_GROUPS_GIVEN: {
      description:
        'Security groups are given. Otherwise, AWS uses the default security group of the VPC, with which many clusters cannot be reached.',
    },
    QUOTA_FREE: {
      description:
        'The quota of clusters is not exhausted. Always UNKNOWN: AWS has no operation of the service for it.',
    },
    POLICY: { description: 'The configuration of this gateway allows the restore.' },
  } satisfies Record<RestoreRequirement, object>,
});

export const RestoreCheckType = builder.objectRef<RestoreCheck>('RestoreCheck').implement({
  description: 'A requirement of a restore, and whether it is met.',
  fields: (t) => ({
    requirement: t.expose('requirement', { type: RestoreRequirementEnum, description: 'The requirement.' }),
    verdict: t.expose('verdict', { type: VerdictEnum, description: 'Whether the requirement is met.' }),
    message: t.exposeString('message', {
      description: 'What was found and, if the requirement is not met, what to do.',
    }),
    field: t.stringList({
      nullable: true,
      description: 'The path, in the arguments, of the value to change. Null if no value of the input causes it.',
      resolve: ({ field }) => field && [...field],
    }),
  }),
});
