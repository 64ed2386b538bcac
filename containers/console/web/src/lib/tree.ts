/** A folder tree out of paths with slashes. */
export interface TreeNode<Leaf> {
  readonly name: string;
  readonly children: readonly TreeNode<Leaf>[];
  readonly leaf?: Leaf;
  /** Bytes of all files below. */
  readonly size: number;
  readonly files: number;
}

interface Draft<Leaf> {
  name: string;
  children: Map<string, Draft<Leaf>>;
  leaf?: Leaf;
}

/** Folders first, then names in the reader's order. Paths are text: nothing is resolved, `..` is a name like others. */
export function treeOf<Leaf extends { readonly path: string; readonly size: number; readonly kind: string }>(
  entries: readonly Leaf[],
): TreeNode<Leaf> {
  const root: Draft<Leaf> = { name: "", children: new Map() };
  for (const entry of entries) {
    let node = root;
    for (const part of entry.path.split("/").filter((name) => name !== "")) {
      let child = node.children.get(part);
      if (!child) {
        child = { name: part, children: new Map() };
        node.children.set(part, child);
      }
      node = child;
    }
    if (node !== root) node.leaf = entry;
  }
  return finish(root);
}

function finish<Leaf extends { readonly size: number; readonly kind: string }>(
  draft: Draft<Leaf>,
): TreeNode<Leaf> {
  const children = [...draft.children.values()].map(finish);
  children.sort((a, b) => Number(isFile(a)) - Number(isFile(b)) || a.name.localeCompare(b.name));
  const own = draft.leaf && draft.leaf.kind !== "directory" ? draft.leaf.size : 0;
  return {
    name: draft.name,
    children,
    ...(draft.leaf ? { leaf: draft.leaf } : {}),
    size: own + children.reduce((sum, { size }) => sum + size, 0),
    files:
      (draft.leaf && draft.leaf.kind !== "directory" ? 1 : 0) +
      children.reduce((sum, { files }) => sum + files, 0),
  };
}

function isFile({ children, leaf }: { children: readonly unknown[]; leaf?: { kind: string } }): boolean {
  return children.length === 0 && leaf?.kind !== "directory";
}
