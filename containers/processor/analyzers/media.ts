import type { MediaContent } from "../../../events/results/media.ts";
import type { Analyzer } from "./analyzer.ts";

/** Sound and moving pictures: what their headers say. */
export const media: Analyzer<MediaContent> = {
  name: "media",
  version: "2",
  accepts: ({ mime, compression }) => /^(audio|video)\//.test(mime) && compression === undefined,
  async analyze(file) {
    const { describeMedia } = await import("./media/describe-media.ts");
    return describeMedia(file);
  },
};
