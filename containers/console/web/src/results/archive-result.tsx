import { useMemo } from "preact/hooks";
import type { ArchiveContent, ArchiveEntry } from "../../../../../events/results/archives.ts";
import { ShareBars } from "../charts/share-bars.tsx";
import { count, fact, label, plural, size } from "../lib/format.ts";
import { type TreeNode, treeOf } from "../lib/tree.ts";
import { Card } from "../ui/card.tsx";
import { Facts } from "../ui/facts.tsx";
import { Icon } from "../ui/icon.tsx";

/** Folders of at most so many entries are open from the start. */
const OPEN_UP_TO = 24;

export function ArchiveResult({ content }: { readonly content: ArchiveContent }) {
  const tree = useMemo(() => treeOf(content.entries), [content.entries]);
  const types = Object.entries(content.types).map(([name, files]) => ({ name, count: files }));
  return (
    <>
      <Card
        title="Archive"
        note={`${plural(content.files, "file")}, ${size(content.unpackedBytes)} unpacked`}
      >
        <Facts
          facts={[
            ["Entries", `${count(content.entryCount)}${content.complete ? "" : " read, and more"}`],
            ["Files", count(content.files)],
            ["Folders", count(content.directories)],
            ["Links", content.symlinks > 0 && count(content.symlinks)],
            ["Encrypted", content.encrypted > 0 && count(content.encrypted)],
            ["Unpacked", size(content.unpackedBytes)],
            ["Ratio", `${count(content.ratio)} : 1`],
            ["Compression", content.compression],
          ]}
        />
      </Card>
      {types.length > 0 && (
        <Card title="What is in it" note="Files by type, of those that were looked at">
          <ShareBars items={types.sort((a, b) => b.count - a.count).slice(0, 12)} />
        </Card>
      )}
      {content.entries.length > 0 && (
        <Card
          title="Tree"
          note={
            content.entries.length < content.entryCount
              ? `The first ${count(content.entries.length)} of ${count(content.entryCount)} entries`
              : undefined
          }
        >
          <ul class="tree">
            {tree.children.map((node) => (
              <Node key={node.name} node={node} open={content.entries.length <= OPEN_UP_TO} />
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}

function Node({ node, open }: { readonly node: TreeNode<ArchiveEntry>; readonly open: boolean }) {
  const { name, children, leaf } = node;
  if (children.length === 0 && leaf?.kind !== "directory") {
    return (
      <li class="tree-file">
        <Icon name={leaf?.kind === "symlink" ? "link" : "file"} size={16} />
        <span class="tree-name">{name}</span>
        <span class="tree-side">{size(leaf?.size ?? 0)}</span>
        {leaf && <Entry entry={leaf} />}
      </li>
    );
  }
  return (
    <li>
      <details open={open || undefined}>
        <summary>
          <Icon name="folder" size={16} />
          <span class="tree-name">{name}</span>
          <span class="tree-side">
            {plural(node.files, "file")}, {size(node.size)}
          </span>
        </summary>
        <ul>
          {children.map((child) => (
            <Node key={child.name} node={child} open={open} />
          ))}
        </ul>
      </details>
    </li>
  );
}

function Entry({ entry: { mime, facts, failure, warnings } }: { readonly entry: ArchiveEntry }) {
  const said = [
    mime,
    ...Object.entries(facts ?? {}).map(([name, value]) => `${label(name)} ${fact(name, value)}`),
  ].filter(Boolean);
  return (
    <>
      {said.length > 0 && <span class="tree-note">{said.join(" · ")}</span>}
      {failure && <span class="tree-note bad">{failure}</span>}
      {warnings?.map((warning) => (
        <span key={warning} class="tree-note busy">
          {warning}
        </span>
      ))}
    </>
  );
}
