import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import path from "node:path";
import type { Mount } from "../container-engine.ts";
import { emptyFolder, type FileNode, type FolderNode, folderAt, nodeAt, place } from "./file-tree.ts";

/**
 * A container's file system as far as a process of this machine can have one: a folder of its own with links
 * to the build context and to mounted volumes, and the translation of image paths to paths of this machine.
 *
 * A process cannot be given mounts, so paths below a mount's `containerPath`, and paths that COPY made, are
 * translated where a container gets its paths from: the command's arguments, and environment variables
 * whose whole value is an absolute path (or a `:`-separated list of them). Relative paths need no translation,
 * since the working directory is inside this root.
 */
export interface ContainerRoot {
  /** On this machine. */
  readonly workingDirectory: string;
  /** The absolute image path that a path means in the image's working directory. */
  resolve(imagePath: string): string;
  /** @returns undefined for a path that neither the image's COPY instructions nor a mount made */
  toHost(imagePath: string): string | undefined;
}

export function createContainerRoot(options: {
  readonly directory: string;
  readonly files: FolderNode;
  readonly mounts: readonly Mount[];
  readonly workingDirectory: string;
}): ContainerRoot {
  const { directory, workingDirectory } = options;
  const files = emptyFolder();
  place(files, "/", options.files);
  for (const mount of options.mounts) {
    const parent = folderAt(files, path.posix.dirname(mount.containerPath));
    parent.children.set(path.posix.basename(mount.containerPath), { kind: "link", target: mount.hostPath });
  }
  if (nodeAt(files, workingDirectory)?.kind !== "link") folderAt(files, workingDirectory);
  materialise(files, directory);
  const toHost = (imagePath: string) => translate(files, directory, imagePath);
  return {
    workingDirectory: toHost(workingDirectory) ?? directory,
    resolve: (imagePath) => path.posix.resolve(workingDirectory, imagePath),
    toHost,
  };
}

function materialise(folder: FolderNode, directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, node] of folder.children) {
    const target = path.join(directory, name);
    if (node.kind === "folder") materialise(node, target);
    else symlinkSync(node.target, target);
  }
}

function translate(files: FolderNode, directory: string, imagePath: string): string | undefined {
  if (!imagePath.startsWith("/")) return undefined;
  const wanted = path.posix.normalize(imagePath);
  if (wanted === "/") return undefined;
  const node = nodeAt(files, wanted);
  if (node) return hostOf(node, directory, wanted);
  // Not there yet, such as an output file: it will be, below the nearest folder that is.
  if (existsSync(wanted)) return undefined;
  for (let up = path.posix.dirname(wanted); up !== "/"; up = path.posix.dirname(up)) {
    const above = nodeAt(files, up);
    if (above) return path.join(hostOf(above, directory, up), path.posix.relative(up, wanted));
  }
  return undefined;
}

function hostOf(node: FileNode, directory: string, imagePath: string): string {
  return node.kind === "link" ? node.target : path.join(directory, imagePath);
}
