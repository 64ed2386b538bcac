import { expect, it } from "vitest";
import { until } from "../e2e/support/until.ts";
import { dropFiles, uploadOf, visitor } from "./support/console-pages.ts";

const visit = visitor();
const EXPECTED = ["connect-src", "frame-src", "img-src", "require-trusted-types-for", "style-src-attr"];

it("nothing runs, shows or is reached in the pages but what is ours", async () => {
  visit.expectConsoleErrors(/Content Security Policy|TrustedHTML|TrustedScript|Failed to fetch/);
  const page = await visit.open("/", { role: "uploader" });
  const { endpoint } = visit.system;
  await page.evaluate(
    async (elsewhere) => {
      const directives: string[] = [];
      document.addEventListener("securitypolicyviolation", ({ effectiveDirective }) => {
        directives.push(effectiveDirective);
      });
      const add = (name: string, attributes: Record<string, string>) => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        document.body.append(element);
      };
      const attempts = [
        () => {
          document.createElement("div").innerHTML = "<b>text</b>";
        },
        () => add("p", { style: "color: red" }),
        () => add("p", { onclick: "document.title = 'not ours'" }),
        () => add("img", { src: `${elsewhere}/picture.png` }),
        () => add("iframe", { src: `${elsewhere}/page.html` }),
        () => fetch("https://example.invalid/").catch(() => undefined),
      ];
      for (const attempt of attempts) {
        try {
          await attempt();
        } catch {
          // What would make script or markup of text fails with an error as well.
        }
      }
      Object.assign(globalThis, { refused: directives });
    },
    new URL(endpoint).origin.replace("127.0.0.1", "localhost"),
  );
  // What the browser refused it reports in tasks of their own.
  const refused = () => page.evaluate(() => (globalThis as unknown as { refused: string[] }).refused);
  await until("all is refused", async () => new Set(await refused()).size >= EXPECTED.length);
  expect([...new Set(await refused())].toSorted()).toEqual(EXPECTED);
});

it("a page with script in it is analyzed, and is nothing but text here", async () => {
  const page = await visit.open("/", { role: "uploader" });
  const text = `<title><img src=x onerror="document.title='owned'"></title><script>document.title = "owned"</script>`;
  await dropFiles(page, [{ name: "harm.html", text: `<!doctype html>${text}<p>Words.</p>` }]);
  await uploadOf(page, "harm.html").getByText("Succeeded").waitFor();
  await page.getByRole("link", { name: "harm.html" }).click();
  await page.getByRole("heading", { name: "harm.html", level: 1 }).waitFor();
  await page.getByText("Result document").waitFor();
  expect(await page.locator("main script, main iframe, main img[src=x]").count()).toBe(0);
  expect(await page.title()).not.toContain("owned");
});
