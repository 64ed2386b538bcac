/** A file with the name that it goes by: its own, or its path within the folder that was dropped. */
export interface NamedFile {
  readonly file: File;
  readonly name: string;
}

/** Files that are no one's work: what file managers leave in folders. */
const LITTER = /(^|\/)(\.DS_Store|Thumbs\.db|desktop\.ini)$/;

/** Whether something is dragged that can be dropped here. */
export function carriesFiles(transfer: DataTransfer | null): boolean {
  return transfer?.types.includes("Files") ?? false;
}

/** All files of a drop or a paste, those in folders included. Folders are walked through a batch at a time. */
export async function filesOf(transfer: DataTransfer): Promise<NamedFile[]> {
  // The items are gone once the event is over: entries are taken at once.
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile());
  const found: NamedFile[] = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push({ file: entry, name: entry.name });
    else if (entry) await walk(entry, "", found);
  }
  return found.filter(({ name }) => !LITTER.test(name));
}

/** Files of an input; those of a folder have their path in it. */
export function chosenFiles(files: Iterable<File>): NamedFile[] {
  return [...files]
    .map((file) => ({ file, name: file.webkitRelativePath || file.name }))
    .filter(({ name }) => !LITTER.test(name));
}

async function walk(entry: FileSystemEntry, parent: string, found: NamedFile[]): Promise<void> {
  const name = parent === "" ? entry.name : `${parent}/${entry.name}`;
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    found.push({ file, name });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return;
    for (const child of batch) await walk(child, name, found);
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
