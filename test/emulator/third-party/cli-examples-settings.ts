// The commands and answers of https://docs.aws.amazon.com/cli/latest/reference/redshift/
import * as sdk from '@aws-sdk/client-redshift';
import { expect } from 'vitest';

import { home } from '../../support/emulator.ts';
import type { Examples } from './cli-examples.ts';

const place = { service: 'redshift', account: home, region: 'us-west-2' } as const;
const mycluster = { ClusterIdentifier: 'mycluster' };
const ScheduleIdentifier = 'mysnapshotschedule';
const family = { ParameterGroupFamily: 'redshift-1.0' };
const group = { ParameterGroupName: 'myclusterparametergroup' };
const groupDescription = 'My first cluster parameter group';
const parameters = expect.arrayContaining([
  expect.objectContaining({
    Description: 'Sets the display format for date and time values.',
    DataType: 'string',
    IsModifiable: true,
    Source: 'engine-default',
    ParameterValue: 'ISO, MDY',
    ParameterName: 'datestyle',
  }),
]);
const SnapshotCopyGrantName = 'mysnapshotcopygrantname';
const grant = { SnapshotCopyGrantName, KmsKeyId: expect.stringMatching(/^arn:aws:kms:us-west-2:\d{12}:/), Tags: [] };

export const settingExamples: Examples = {
  title: 'Redshift grants, settings and reports',
  region: 'us-west-2',
  world: {
    now: '2019-12-10T17:10:05Z',
    frozen: true,
    clusters: [{ ...place, ...mycluster, NodeType: 'dc2.large', NumberOfNodes: 2 }],
    snapshots: [{ ...place, ...mycluster, SnapshotIdentifier: 'rs:mycluster-2019-12-09-16-42-43' }],
    schedules: [{ ...place, ScheduleIdentifier, ScheduleDefinitions: ['rate(12 hours)'] }],
  },
  examples: [
    {
      command: 'redshift create-snapshot-copy-grant --snapshot-copy-grant-name mysnapshotcopygrantname',
      call: ({ redshift }) => redshift.send(new sdk.CreateSnapshotCopyGrantCommand({ SnapshotCopyGrantName })),
      answer: { SnapshotCopyGrant: grant },
    },
    {
      command: 'redshift describe-snapshot-copy-grants --snapshot-copy-grant-name mysnapshotcopygrantname',
      call: ({ redshift }) => redshift.send(new sdk.DescribeSnapshotCopyGrantsCommand({ SnapshotCopyGrantName })),
      answer: { SnapshotCopyGrants: [grant] },
    },
    {
      command: 'redshift delete-snapshot-copy-grant --snapshot-copy-grant-name mysnapshotcopygrantname',
      call: ({ redshift }) => redshift.send(new sdk.DeleteSnapshotCopyGrantCommand({ SnapshotCopyGrantName })),
      answer: undefined,
    },
    {
      command:
        'redshift modify-cluster --cluster-identifier mycluster --preferred-maintenance-window Sun:23:15-Mon:03:15',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.ModifyClusterCommand({ ...mycluster, PreferredMaintenanceWindow: 'Sun:23:15-Mon:03:15' }),
        ),
      answer: { Cluster: { ...mycluster, PreferredMaintenanceWindow: 'sun:23:15-mon:03:15' } },
    },
    {
      command: 'redshift modify-cluster --cluster-identifier mycluster --master-user-password A1b2c3d4',
      call: ({ redshift }) =>
        redshift.send(new sdk.ModifyClusterCommand({ ...mycluster, MasterUserPassword: 'A1b2c3d4' })),
      answer: { Cluster: { ...mycluster, PendingModifiedValues: { MasterUserPassword: '****' } } },
    },
    {
      command: 'redshift describe-storage',
      call: ({ redshift }) => redshift.send(new sdk.DescribeStorageCommand({})),
      answer: {
        TotalBackupSizeInMegaBytes: expect.any(Number),
        TotalProvisionedStorageInMegaBytes: expect.any(Number),
      },
    },
    {
      command: 'redshift describe-logging-status --cluster-identifier mycluster',
      call: ({ redshift }) => redshift.send(new sdk.DescribeLoggingStatusCommand(mycluster)),
      answer: { LoggingEnabled: false },
    },
    {
      command: 'redshift describe-events',
      call: ({ redshift }) => redshift.send(new sdk.DescribeEventsCommand({})),
      answer: { Events: expect.any(Array) },
    },
    {
      command:
        'redshift describe-node-configuration-options --action-type restore-cluster ' +
        '--snapshot-identifier rs:mycluster-2019-12-09-16-42-43',
      call: ({ redshift }) =>
        redshift.send(
          new sdk.DescribeNodeConfigurationOptionsCommand({
            ActionType: 'restore-cluster',
            SnapshotIdentifier: 'rs:mycluster-2019-12-09-16-42-43',
          }),
        ),
      answer: {
        NodeConfigurationOptionList: expect.arrayContaining([
          expect.objectContaining({ NodeType: 'dc2.large', NumberOfNodes: 2 }),
        ]),
      },
    },
    {
      command: 'redshift describe-cluster-subnet-groups',
      call: ({ redshift }) => redshift.send(new sdk.DescribeClusterSubnetGroupsCommand({})),
      answer: { ClusterSubnetGroups: expect.any(Array) },
    },
    {
      command: 'redshift describe-cluster-parameter-groups',
      call: ({ redshift }) => redshift.send(new sdk.DescribeClusterParameterGroupsCommand({})),
      answer: {
        ParameterGroups: expect.arrayContaining([
          expect.objectContaining({
            ParameterGroupFamily: 'redshift-1.0',
            ParameterGroupName: 'default.redshift-1.0',
          }),
        ]),
      },
    },
    {
      command:
        'redshift create-cluster-parameter-group --parameter-group-name myclusterparametergroup ' +
        `--parameter-group-family redshift-1.0 --description '${groupDescription}'`,
      call: ({ redshift }) =>
        redshift.send(
          new sdk.CreateClusterParameterGroupCommand({ ...group, ...family, Description: groupDescription }),
        ),
      answer: { ClusterParameterGroup: { ...group, ...family, Description: groupDescription } },
    },
    {
      command: 'redshift describe-cluster-parameters --parameter-group-name myclusterparametergroup',
      call: ({ redshift }) => redshift.send(new sdk.DescribeClusterParametersCommand(group)),
      answer: { Parameters: parameters },
    },
    {
      command: 'redshift delete-cluster-parameter-group --parameter-group-name myclusterparametergroup',
      call: ({ redshift }) => redshift.send(new sdk.DeleteClusterParameterGroupCommand(group)),
      answer: undefined,
    },
    {
      command: 'redshift describe-default-cluster-parameters --parameter-group-family redshift-1.0',
      call: ({ redshift }) => redshift.send(new sdk.DescribeDefaultClusterParametersCommand(family)),
      answer: { DefaultClusterParameters: { Parameters: parameters } },
    },
    {
      command: 'redshift describe-orderable-cluster-options',
      call: ({ redshift }) => redshift.send(new sdk.DescribeOrderableClusterOptionsCommand({})),
      answer: {
        OrderableClusterOptions: expect.arrayContaining([
          expect.objectContaining({ ClusterVersion: '1.0', ClusterType: 'multi-node' }),
          expect.objectContaining({ ClusterVersion: '1.0', ClusterType: 'single-node' }),
        ]),
      },
    },
    {
      command: `redshift delete-snapshot-schedule --schedule-identifier ${ScheduleIdentifier}`,
      call: ({ redshift }) => redshift.send(new sdk.DeleteSnapshotScheduleCommand({ ScheduleIdentifier })),
      answer: undefined,
    },
  ],
};
