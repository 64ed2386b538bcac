import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";

/** Actions on a table's items. The table's own `grant` would add every index, which few callers read. */
export function grantOnTable(table: Table, { grantPrincipal }: IGrantable, ...actions: string[]): void {
  grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [table.tableArn] }));
}

/** Queries of one index of a table. */
export function grantQuery(table: Table, indexName: string, { grantPrincipal }: IGrantable): void {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["dynamodb:Query"], resources: [`${table.tableArn}/index/${indexName}`] }),
  );
}
