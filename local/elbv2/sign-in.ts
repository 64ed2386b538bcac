import { z } from "zod";

const listener = z.looseObject({ DefaultActions: z.array(z.looseObject({ Type: z.string() })) });

/** A listener's properties without the action that signs people in, which is not played; the next action takes its place. */
export function withoutSignIn(raw: unknown): { readonly properties: unknown; readonly signsIn: boolean } {
  const parsed = listener.safeParse(raw);
  if (!parsed.success) return { properties: raw, signsIn: false };
  const { DefaultActions, ...rest } = parsed.data;
  const others = DefaultActions.filter(({ Type }) => Type !== "authenticate-oidc");
  return { properties: { ...rest, DefaultActions: others }, signsIn: others.length < DefaultActions.length };
}
