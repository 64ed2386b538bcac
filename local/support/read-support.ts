import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClock } from "../clock.ts";
import { IGNORED_TYPES } from "../players/ignored.ts";
import { createPlayers } from "../players/players.ts";
import { createServices, type Services } from "../services.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../wire/realm.ts";
import { DIFFERENCES } from "./differences.ts";
import { NOT_PLAYED } from "./not-played.ts";
import { PLAYED } from "./played.ts";
import type { SupportMatrix } from "./service-support.ts";
import { WITHOUT_EFFECT } from "./without-effect.ts";

/** The runtime answers for a service of which `PLAYED` says nothing. */
export class UndescribedServiceError extends Error {
  constructor(signingName: string) {
    super(`The runtime has a service "${signingName}" that local/support/played.ts does not list`);
    this.name = "UndescribedServiceError";
  }
}

/** What the runtime plays, read from its own parts. @throws UndescribedServiceError */
export async function readSupport(): Promise<SupportMatrix> {
  const { signingNames, resourceTypes } = await withRuntime((services) => ({
    signingNames: services.gateway.services.map((service) => service.signingNames[0] ?? ""),
    resourceTypes: Object.keys(createPlayers(services, { host: "127.0.0.1", consolePort: 0 })),
  }));
  return {
    services: signingNames.map(describeService).sort((a, b) => a.title.localeCompare(b.title)),
    resourceTypes: resourceTypes.toSorted(),
    ignoredTypes: IGNORED_TYPES,
    withoutEffect: WITHOUT_EFFECT,
  };
}

function describeService(signingName: string) {
  const known = PLAYED[signingName];
  if (!known) throw new UndescribedServiceError(signingName);
  return {
    title: known.title,
    signingName,
    played: known.operations.toSorted(),
    notPlayed: (NOT_PLAYED[signingName] ?? []).toSorted(),
    differences: DIFFERENCES[signingName] ?? [],
  };
}

/** Composes every service on a folder of its own, plays nothing, and takes all of it down again. */
export async function withRuntime<Result>(use: (services: Services) => Result): Promise<Awaited<Result>> {
  const directory = mkdtempSync(join(tmpdir(), "longshore-support-"));
  const services = await createServices({
    realm: {
      partition: "aws",
      accountId: LOCAL_ACCOUNT_ID,
      region: LOCAL_REGION,
      endpoint: "http://127.0.0.1:4566",
    },
    clock: createClock(),
    assembly: { directory, version: "0.0.0", stacks: [], fileAssets: [], dockerImages: [] },
    directory,
    log: () => {},
  });
  try {
    return await use(services);
  } finally {
    await services.stop();
    await services.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
