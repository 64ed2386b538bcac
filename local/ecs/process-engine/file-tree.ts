import { lstatSync, readdirSync, statSync } from "node:fs";
import path from "node:path";

/**
 * What an image's file system looks like, as far as COPY instructions make it: folders of the image's own and
 * links to files and folders of the build context. Nothing is copied; a link is opened up into a folder of
 * links only when something else is copied into it.
 */
export type FileNode = FolderNode | { readonly kind: "link"; readonly target: string };
export interface FolderNode {
  readonly kind: "folder";
  readonly children: Map<string, FileNode>;
}

export function emptyFolder(): FolderNode {
  return { kind: "folder", children: new Map() };
}

/** The node at an absolute image path; a path below a linked folder is a link below its target. */
export function nodeAt(root: FolderNode, imagePath: string): FileNode | undefined {
  let node: FileNode = root;
  for (const step of steps(imagePath)) {
    const child: FileNode | undefined =
      node.kind === "folder" ? node.children.get(step) : linkTo(path.join(node.target, step));
    if (!child) return undefined;
    node = child;
  }
  return node;
}

/** Makes the path a folder (links on the way are opened up) and returns it. */
export function folderAt(root: FolderNode, imagePath: string): FolderNode {
  let folder = root;
  for (const step of steps(imagePath)) {
    const child = folder.children.get(step);
    const next = child?.kind === "folder" ? child : child ? openUp(child) : emptyFolder();
    folder.children.set(step, next);
    folder = next;
  }
  return folder;
}

/** Puts a node at a path; two folders are merged, as COPY does. */
export function place(root: FolderNode, imagePath: string, node: FileNode): void {
  if (steps(imagePath).length === 0) {
    merge(root, node);
    return;
  }
  const folder = folderAt(root, path.posix.dirname(imagePath));
  const name = path.posix.basename(imagePath);
  const present = folder.children.get(name);
  if (present && isFolder(present) && isFolder(node)) {
    const target = present.kind === "folder" ? present : openUp(present);
    folder.children.set(name, target);
    merge(target, node);
  } else {
    folder.children.set(name, node.kind === "folder" ? copyOf(node) : node);
  }
}

export function isFolder(node: FileNode): boolean {
  return node.kind === "folder" || (statSync(node.target, { throwIfNoEntry: false })?.isDirectory() ?? false);
}

/** A link to something of the host, or undefined where there is nothing. */
export function linkTo(target: string): FileNode | undefined {
  return lstatSync(target, { throwIfNoEntry: false }) ? { kind: "link", target } : undefined;
}

function merge(into: FolderNode, node: FileNode): void {
  const source = node.kind === "folder" ? node : openUp(node);
  for (const [name, child] of source.children) place(into, `/${name}`, child);
}

function openUp(node: FileNode): FolderNode {
  const folder = emptyFolder();
  if (node.kind === "link" && isFolder(node)) {
    for (const name of readdirSync(node.target)) {
      folder.children.set(name, { kind: "link", target: path.join(node.target, name) });
    }
  }
  return folder;
}

function copyOf(node: FolderNode): FolderNode {
  const copy = emptyFolder();
  merge(copy, node);
  return copy;
}

function steps(imagePath: string): string[] {
  return path.posix.normalize(imagePath).split("/").filter(Boolean);
}
