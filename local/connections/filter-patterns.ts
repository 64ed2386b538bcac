import { flatten } from "../eventbridge/pattern/flatten.ts";
import { matches } from "../eventbridge/pattern/match.ts";
import { compilePattern } from "../eventbridge/pattern/pattern.ts";

/** Filter criteria of event source mappings speak EventBridge's language. @throws AwsError for a pattern that is none */
export function compileFilterPattern(source: string): (event: unknown) => boolean {
  const pattern = compilePattern(source);
  return (event) => matches(pattern, flatten(event));
}
