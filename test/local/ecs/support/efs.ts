import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll } from "vitest";
import { FileSystems } from "../../../../local/efs/file-systems.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION, type Realm } from "../../../../local/wire/realm.ts";

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A file system that can be mounted, with an access point at `/shared`, in a folder of its own. */
export function efsWithAccessPoint(
  fileSystemId: string,
  accessPointId: string,
  {
    directory = mkdtempSync(path.join(tmpdir(), "efs-")),
    policy,
  }: { directory?: string; policy?: object } = {},
): FileSystems {
  folders.push(directory);
  const realm: Realm = {
    partition: "aws",
    accountId: LOCAL_ACCOUNT_ID,
    region: LOCAL_REGION,
    endpoint: "http://localhost",
  };
  const fileSystems = new FileSystems(realm, directory);
  fileSystems.put(fileSystemId, policy && JSON.stringify(policy));
  fileSystems.putAccessPoint(fileSystemId, accessPointId, "/shared");
  fileSystems.putMountTarget(fileSystemId, "fsmt-1");
  return fileSystems;
}
