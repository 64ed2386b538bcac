import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeAt } from "../../../../local/ecs/process-engine/file-tree.ts";
import { readImage } from "../../../../local/ecs/process-engine/image.ts";

let context: string;
beforeEach(() => {
  context = mkdtempSync(path.join(tmpdir(), "image-"));
  for (const file of ["main.ts", "src/a.ts", "src/deep/b.ts", "extra/c.ts", "package.json"]) {
    mkdirSync(path.dirname(path.join(context, file)), { recursive: true });
    writeFileSync(path.join(context, file), file);
  }
});
afterEach(() => rmSync(context, { recursive: true, force: true }));

function read(dockerfile: string, more: { buildArgs?: Record<string, string>; target?: string } = {}) {
  writeFileSync(path.join(context, "Dockerfile"), dockerfile);
  return readImage({ contextDirectory: context, dockerfile: "Dockerfile", ...more });
}
/** Where an image path leads, relative to the context; "folder" for the image's own. */
function leads(image: ReturnType<typeof read>, imagePath: string): string | undefined {
  const node = nodeAt(image.files, imagePath);
  return node?.kind === "link" ? path.relative(context, node.target) || "." : node?.kind;
}

test("exec and shell forms, SHELL, and an ENTRYPOINT that drops the base's CMD", () => {
  const shell = read('FROM a\nENTRYPOINT exec node "$MAIN" \\\n  --now\n');
  expect(shell.entryPoint).toEqual(["/bin/sh", "-c", expect.stringMatching(/^exec node "\$MAIN"\s+--now$/)]);
  expect(read('FROM a\nSHELL ["/bin/bash", "-ec"]\nCMD run it\n').command).toEqual([
    "/bin/bash",
    "-ec",
    "run it",
  ]);
  const child = read(
    'FROM a AS base\nCMD ["old"]\nSTOPSIGNAL SIGINT\nFROM base\nENTRYPOINT ["node", "a b.ts"]\n',
  );
  expect(child).toMatchObject({ entryPoint: ["node", "a b.ts"], command: [], stopSignal: "SIGINT" });
  expect(read('FROM gcr.io/distroless/nodejs24-debian13\nCMD ["main.ts"]\n')).toMatchObject({
    entryPoint: ["node"],
    command: ["main.ts"],
    stopSignal: "SIGTERM",
  });
});

test("ARG and ENV are expanded, build arguments win, and a global ARG needs to be asked for", () => {
  const text = `
ARG TAG=1
ARG HIDDEN=x
FROM node:\${TAG}
ARG TAG
ARG NAME=world
ENV A="hello $NAME" B=\${TAG} C=\${HIDDEN:-none} D=\\$A F='a $A' G="a \\"b\\""
ENV E=$A!
`;
  expect(read(text).environment).toMatchObject({
    A: "hello world",
    B: "1",
    C: "none",
    D: "$A",
    F: "a $A",
    G: 'a "b"',
    E: "hello world!",
  });
  expect(read(text, { buildArgs: { TAG: "2", NAME: "you" } }).environment).toMatchObject({
    A: "hello you",
    B: "2",
  });
});

test("WORKDIR is relative to the one before and expands variables", () => {
  expect(read("FROM a\nENV HOME=/srv\nWORKDIR $HOME\nWORKDIR app\n").workingDirectory).toBe("/srv/app");
});

test("COPY maps files, folders, globs and renamed folders; later copies go over earlier ones", () => {
  const image = read(
    "FROM a\nWORKDIR /app\nCOPY package*.json main.ts ./\nCOPY src ./lib\nCOPY extra/ /app/lib/\nCOPY --chown=1:1 main.ts /bin/start\n",
  );
  expect(leads(image, "/app")).toBe("folder");
  expect(leads(image, "/app/package.json")).toBe("package.json");
  expect(leads(image, "/app/main.ts")).toBe("main.ts");
  expect(leads(image, "/app/lib/a.ts")).toBe("src/a.ts");
  expect(leads(image, "/app/lib/deep/b.ts")).toBe("src/deep/b.ts");
  expect(leads(image, "/app/lib/c.ts")).toBe("extra/c.ts");
  expect(leads(image, "/bin/start")).toBe("main.ts");
  expect(leads(image, "/app/src")).toBeUndefined();
});

test("COPY --from takes what the other stage had from the context and skips what it built", () => {
  const image = read(
    "FROM a AS build\nWORKDIR /src\nCOPY . .\nRUN npm ci && npm run build\nFROM b\nWORKDIR /app\nCOPY --from=build /src/node_modules ./node_modules\nCOPY --from=build /src/src ./src\nCOPY --from=0 /src/main.ts ./\n",
  );
  expect(leads(image, "/app/node_modules")).toBeUndefined();
  expect(leads(image, "/app/src/a.ts")).toBe("src/a.ts");
  expect(leads(image, "/app/main.ts")).toBe("main.ts");
});

test("a target picks its stage, and one that is missing is named", () => {
  const text = 'FROM a AS one\nCMD ["1"]\nFROM a AS two\nCMD ["2"]\n';
  expect(read(text, { target: "one" }).command).toEqual(["1"]);
  expect(read(text).command).toEqual(["2"]);
  expect(() => read(text, { target: "three" })).toThrow(/three is not in .*Dockerfile/);
});
