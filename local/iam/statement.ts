import type { AccessRequest } from "./access-request.ts";
import { splitArn } from "./condition-operators.ts";
import { conditionsHold } from "./conditions.ts";
import type { Patterns, PolicyDocument, Statement } from "./policy-document.ts";
import { resolveVariables } from "./policy-variables.ts";
import { matchesPieces, matchesWildcard, type Piece, piecesOf } from "./wildcard.ts";

/** Whether a statement speaks about a request, leaving aside whose policy it stands in. */
export function statementApplies(
  statement: Statement,
  request: AccessRequest,
  version: PolicyDocument["version"],
): boolean {
  return (
    actionMatches(statement.actions, request.action) &&
    resourceMatches(statement.resources, request, version) &&
    conditionsHold(statement.conditions, request.context, version)
  );
}

function actionMatches({ negated, patterns }: Patterns, action: string): boolean {
  return negated !== patterns.some((pattern) => matchesWildcard(pattern, action, true));
}

function resourceMatches(
  resources: Patterns | undefined,
  { resource, context }: AccessRequest,
  version: PolicyDocument["version"],
): boolean {
  if (!resources) return true;
  const matches = resources.patterns.map((pattern) => {
    const { pieces, complete } =
      version === "2012-10-17"
        ? resolveVariables(pattern, context)
        : { pieces: piecesOf(pattern), complete: true };
    const could = resourceIs(pattern, pieces, resource);
    return complete ? could : could && "unknown";
  });
  if (matches.includes(true)) return !resources.negated;
  // A variable without a value leaves open whether the resource is meant: the statement then says nothing.
  return resources.negated && !matches.includes("unknown");
}

/** ARNs are compared part by part; a pattern with fewer than six parts is completed with wildcards. */
function resourceIs(pattern: string, pieces: readonly Piece[], resource: string): boolean {
  if (pattern === "*") return true;
  const expected = splitArn(pieces);
  const actual = splitArn([resource]);
  if (actual.length < 6) return matchesPieces(pieces, resource);
  return expected.every((part, index) => matchesPieces(part, String(actual[index]?.join("") ?? "")));
}
