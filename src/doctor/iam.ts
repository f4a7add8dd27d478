import { type EvaluationResult, IAMClient, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import type { Aws } from '../aws/client.ts';
import { connectService } from '../aws/service-connection.ts';
import type { SourceAccess } from '../aws/source-access.ts';
import type { Usage } from '../aws/usage.ts';

/** The actions to simulate, and the resources to simulate each of them on. */
export interface Simulation {
  /** The ARN of the user or role whose policies are simulated. */
  readonly principal: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/** The decision of IAM about one action on one resource. */
export interface Decision {
  readonly action: string;
  readonly resource: string;
  /** Such as `allowed`, `explicitDeny` or `implicitDeny`. */
  readonly decision: string;
  /** The condition keys whose values are not known, so that the decision can be another one for a real call. */
  readonly missingKeys: readonly string[];
}

/** The simulation of policies by IAM, with the credentials of an account. */
export interface IamConnection {
  /**
   * Returns the decision for each action on each resource, with one AWS call per 1000 decisions. Rejects with FORBIDDEN
   * without the permission for the simulation, and with NOT_FOUND if the principal does not exist.
   * https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
   */
  simulate(simulation: Simulation, usage: Usage): Promise<readonly Decision[]>;
}

const largestPage = 1000;

/** Connects an account to AWS IAM. `access` is that of any source there; its key must differ from those of all sources. */
export function connectIam(aws: Aws, access: SourceAccess): IamConnection {
  const connection = connectService(IAMClient, { aws, access, actionPrefix: 'iam', onChange: () => {} });
  return {
    simulate: async ({ principal, actions, resources }, usage) => {
      const decisions: Decision[] = [];
      let marker: string | undefined;
      do {
        const input = {
          PolicySourceArn: principal,
          ActionNames: [...actions],
          ResourceArns: [...resources],
          MaxItems: largestPage,
          ...(marker === undefined ? {} : { Marker: marker }),
        };
        const { output } = await connection.read(SimulatePrincipalPolicyCommand, input, usage);
        decisions.push(...(output.EvaluationResults ?? []).flatMap(decisionsOf));
        marker = output.IsTruncated ? output.Marker : undefined;
      } while (marker !== undefined);
      return decisions;
    },
  };
}

/** Returns the decisions of a result, which IAM reports for each resource if there are several. */
function decisionsOf(result: EvaluationResult): Decision[] {
  const action = result.EvalActionName ?? '';
  const specific = result.ResourceSpecificResults ?? [];
  if (specific.length === 0) {
    const { EvalResourceName: resource = '*', EvalDecision: decision = '', MissingContextValues: keys = [] } = result;
    return [{ action, resource, decision, missingKeys: keys }];
  }
  return specific.map(
    ({ EvalResourceName: resource = '*', EvalResourceDecision: decision = '', MissingContextValues: keys = [] }) => ({
      action,
      resource,
      decision,
      missingKeys: keys,
    }),
  );
}
