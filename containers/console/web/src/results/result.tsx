import type { ResultDocument } from "../../../../../events/result.ts";
import type { ArchiveContent } from "../../../../../events/results/archives.ts";
import type { GenericContent } from "../../../../../events/results/generic.ts";
import type { HtmlContent } from "../../../../../events/results/html.ts";
import type { ImageContent } from "../../../../../events/results/images.ts";
import type { MediaContent } from "../../../../../events/results/media.ts";
import type { PdfContent } from "../../../../../events/results/pdf.ts";
import type { TableContent } from "../../../../../events/results/tables.ts";
import type { TextContent } from "../../../../../events/results/text.ts";
import type { JobFile } from "../../../api/schemas/jobs.ts";
import { ArchiveResult } from "./archive-result.tsx";
import { GenericResult } from "./generic-result.tsx";
import { ImageResult } from "./image-result.tsx";
import { MediaResult } from "./media-result.tsx";
import { TableResult } from "./table-result.tsx";
import { HtmlResult, PdfResult, TextResult } from "./text-results.tsx";

/** What an analyzer found, made for its kind. A container of somebody else's has its JSON alone. */
export function Result({
  document,
  files,
  name,
}: {
  readonly document: ResultDocument;
  readonly files: readonly JobFile[];
  readonly name: string;
}) {
  // The analyzer's name says what `content` is: events/results has the schema of each.
  const content: unknown = document.content;
  switch (document.analyzer?.name) {
    case "tables":
      return <TableResult content={content as TableContent} />;
    case "images":
      return <ImageResult content={content as ImageContent} files={files} name={name} />;
    case "archives":
      return <ArchiveResult content={content as ArchiveContent} />;
    case "pdf":
      return <PdfResult content={content as PdfContent} />;
    case "html":
      return <HtmlResult content={content as HtmlContent} />;
    case "text":
      return <TextResult content={content as TextContent} />;
    case "media":
      return <MediaResult content={content as MediaContent} />;
    case "generic":
      return <GenericResult content={content as GenericContent} />;
    default:
      return null;
  }
}
