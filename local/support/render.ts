import type { ServiceSupport, SupportMatrix, WithoutEffect } from "./service-support.ts";

/** The support matrix as a Markdown page. */
export function renderSupport(matrix: SupportMatrix): string {
  return `${[
    INTRODUCTION,
    PLATFORMS,
    "## Services",
    overview(matrix.services),
    ...matrix.services.map(renderService),
    "## Resource types",
    "Played when the template has them:",
    list(matrix.resourceTypes.map((type) => `\`${type}\``)),
    "Left out knowingly, because playing them would change nothing here:",
    table(
      ["Type", "Why"],
      Object.entries(matrix.ignoredTypes).map(([type, reason]) => [`\`${type}\``, reason]),
    ),
    "Any other type is named when the runtime starts, with the resources that refer to it.",
    "## Taken, shown, and without effect",
    "What these settings decide does not exist on one machine. A property that no player knows is refused.",
    table(["Where", "Setting", "Why"], matrix.withoutEffect.map(effectRow)),
  ].join("\n\n")}\n`;
}

const INTRODUCTION = `# What the local runtime plays

<!-- Written by local/support/write-support.ts from the code; change that, not this page. -->

The rule is that nothing is accepted and then ignored. An operation that is not in these tables, a member of a request
or a property of a resource that is not played, is refused with an error that names it and this page (HTTP 501
\`NotImplemented\`, or the protocol's own error for an unknown operation). A *No* row says so of something that users
of the service may look for; each is sent to the runtime by a test.`;

const PLATFORMS = `## Platforms

- **Linux** is where all of it is tested.
- **macOS** is meant to work and is untried: nobody has run the whole of it there. Where Linux has \`/proc\`, the runtime
  asks \`ps\`, whose answers the tests hold against \`/proc\`. Memory limits are then held by the resident set, of functions
  by a look every second. A process that leaves its container's process group before it is seen outlives the container,
  and a key of a task's own making passes for the administrator's ([local-permissions.md](local-permissions.md)).
- **Windows** and other systems are refused at start; WSL 2 is Linux.`;

function overview(services: readonly ServiceSupport[]): string {
  return table(
    ["Service", "Signing name", "Operations played"],
    services.map(({ title, signingName, played }) => [
      `[${title}](#${anchor(title)})`,
      `\`${signingName}\``,
      String(played.length),
    ]),
  );
}

function renderService({ title, played, notPlayed, differences }: ServiceSupport): string {
  const rows = [
    ...played.map((name) => [name, "Yes"] as const),
    ...notPlayed.map((name) => [name, "No"] as const),
  ];
  return [`### ${title}`, list(differences), table(["Operation", "Played"], rows)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function effectRow({ where, setting, why }: WithoutEffect): string[] {
  return [where, setting, why];
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(" ", "-");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
