import { z } from "zod";
import type { Tag } from "../bucket-config.ts";
import { readXml } from "../incoming-body.ts";
import type { S3Request } from "../request.ts";
import { xmlDocument } from "../xml.ts";

export const tagSetBody = z.strictObject({
  TagSet: z
    .union([
      z.literal("").transform(() => ({ Tag: [] })),
      z.strictObject({ Tag: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).default([]) }),
    ])
    .default({ Tag: [] }),
});

/** Tags as buckets and objects have them in XML. */
export const tagSet = {
  write: (tags: readonly Tag[]): string =>
    xmlDocument("Tagging", { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } }),
  read: async (request: S3Request): Promise<Tag[]> => {
    const { TagSet } = await readXml(request, "Tagging", tagSetBody, ["Tag"]);
    return TagSet.Tag.map(({ Key, Value }) => ({ key: Key, value: Value }));
  },
};
