import { graphql, type ResultOf } from './tada.ts';

export const retention = graphql(`
  query Retention($arn: String!) {
    cluster(arn: $arn) {
      backupRetentionDays
    }
  }
`);

export const daysOf = ({ cluster }: ResultOf<typeof retention>): number | null | undefined =>
  cluster?.backupRetentionDays;
