/** Asks until there is an answer. */
export async function eventually<Answer>(
  what: string,
  ask: () => Promise<Answer | undefined>,
  timeoutMs = 15_000,
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`It did not happen in ${timeoutMs} ms that ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
