import type { Pdfium } from "./pdfium.ts";

/** Pixels of the longer side of the first page's picture. */
const PICTURE_PIXELS = 1_024;
const WHITE = 0xffffffff;
/** FPDF_ANNOT: with annotations, as a reader shows them. */
const WITH_ANNOTATIONS = 1;
const CHARACTERS_PER_PAGE = 200_000;

/** RGBA, as sharp takes it. */
export interface PagePicture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
}

/** A page for the time of a call; undefined when it is damaged. */
export function withPage<Result>(
  { functions }: Pdfium,
  document: number,
  index: number,
  use: (page: number) => Result,
): Result | undefined {
  const page = functions.FPDF_LoadPage(document, index);
  if (page === 0) return undefined;
  try {
    return use(page);
  } finally {
    functions.FPDF_ClosePage(page);
  }
}

export function textOf(pdfium: Pdfium, page: number): string {
  const { functions } = pdfium;
  const text = functions.FPDFText_LoadPage(page);
  if (text === 0) return "";
  try {
    const characters = Math.min(CHARACTERS_PER_PAGE, functions.FPDFText_CountChars(text));
    if (characters <= 0) return "";
    return pdfium.with((characters + 1) * 2, (at) => {
      const written = functions.FPDFText_GetText(text, 0, characters, at);
      return pdfium.utf16At(at, Math.max(0, written - 1));
    });
  } finally {
    functions.FPDFText_ClosePage(text);
  }
}

export function sizeOf({ functions }: Pdfium, page: number): { width: number; height: number } {
  const points = (value: number) => Math.round(value * 100) / 100;
  return {
    width: points(functions.FPDF_GetPageWidthF(page)),
    height: points(functions.FPDF_GetPageHeightF(page)),
  };
}

/** Undefined for a page without extent. */
export function pictureOf(pdfium: Pdfium, page: number): PagePicture | undefined {
  const { functions } = pdfium;
  const { width: points, height: highPoints } = sizeOf(pdfium, page);
  const scale = PICTURE_PIXELS / Math.max(points, highPoints);
  if (!Number.isFinite(scale) || scale <= 0) return undefined;
  const width = Math.max(1, Math.round(points * scale));
  const height = Math.max(1, Math.round(highPoints * scale));
  const bitmap = functions.FPDFBitmap_Create(width, height, 0);
  if (bitmap === 0) return undefined;
  try {
    functions.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, WHITE);
    functions.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, WITH_ANNOTATIONS);
    const at = functions.FPDFBitmap_GetBuffer(bitmap);
    const stride = functions.FPDFBitmap_GetStride(bitmap);
    return { width, height, pixels: rgbaOf(pdfium.memory.HEAPU8, at, stride, width, height) };
  } finally {
    functions.FPDFBitmap_Destroy(bitmap);
  }
}

/** PDFium's order is blue, green, red, unused. */
function rgbaOf(memory: Uint8Array, at: number, stride: number, width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = at + y * stride + x * 4;
      const to = (y * width + x) * 4;
      pixels[to] = memory[from + 2] ?? 0;
      pixels[to + 1] = memory[from + 1] ?? 0;
      pixels[to + 2] = memory[from] ?? 0;
      pixels[to + 3] = 255;
    }
  }
  return pixels;
}
