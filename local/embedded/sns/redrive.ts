/** The queue that a subscription's redrive policy names. */
export function redrivePolicyArn(json: string | undefined): string | undefined {
  if (!json) return undefined;
  const { deadLetterTargetArn } = JSON.parse(json) as { deadLetterTargetArn?: string };
  return deadLetterTargetArn;
}
