/** Whether a matcher such as `200,202-204` takes a status. */
export function takesStatus(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [low = "", high = low] = part.split("-");
    return status >= Number(low) && status <= Number(high);
  });
}
