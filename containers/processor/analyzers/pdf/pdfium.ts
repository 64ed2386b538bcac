import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { init, type WrappedPdfiumModule } from "@embedpdf/pdfium";

/** Why PDFium opens no document. Source: PDFium's public header fpdfview.h, FPDF_GetLastError. */
const PASSWORD_ERROR = 4;
const ERRORS: Readonly<Record<number, string>> = {
  2: "the file cannot be read",
  3: "it is no PDF, or damaged",
  5: "it is encrypted in a way that is not supported",
  6: "a page is missing or damaged",
};

/** PDFium's memory beyond the JavaScript engine's heap, where its functions take their arguments. */
interface Memory {
  readonly HEAPU8: Uint8Array;
  readonly HEAPU32: Uint32Array;
  readonly HEAPF64: Float64Array;
  addFunction(callback: (...values: number[]) => number, signature: string): number;
  readonly wasmExports: { malloc(bytes: number): number; free(at: number): void };
}

/** The types of Node.js leave the functions out. */
const wasm = Reflect.get(globalThis, "WebAssembly") as {
  compile(code: Uint8Array): Promise<WebAssembly.Module>;
  instantiate(code: WebAssembly.Module, imports: object): Promise<object>;
};

/** Takes longer than most documents: once per process is enough. */
export async function compilePdfium(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve("@embedpdf/pdfium/pdfium.wasm");
  return wasm.compile(await readFile(path));
}

/** PDFium in WebAssembly: what a hostile document breaks in it breaks nothing outside of it. */
export class Pdfium {
  readonly functions: WrappedPdfiumModule;

  private constructor(functions: WrappedPdfiumModule) {
    this.functions = functions;
  }

  /** @param code compiled by `compilePdfium`, perhaps in another thread */
  static async load(code: WebAssembly.Module): Promise<Pdfium> {
    const functions = await init({
      instantiateWasm(imports: object, done: (instance: object) => void) {
        void wasm.instantiate(code, imports).then(done);
        return {};
      },
    } as Parameters<typeof init>[0]);
    functions.PDFiumExt_Init();
    return new Pdfium(functions);
  }

  /** Grows, and is then another: not to be kept. */
  get memory(): Memory {
    return this.functions.pdfium as unknown as Memory;
  }

  /** Takes memory for the time of a call. */
  with<Result>(bytes: number, use: (at: number) => Result): Result {
    const at = this.memory.wasmExports.malloc(bytes);
    if (at === 0) throw new RangeError(`PDFium has no ${bytes} bytes left`);
    try {
      return use(at);
    } finally {
      this.memory.wasmExports.free(at);
    }
  }

  /**
   * Text from a function that says how many bytes it needs, and fills as many when it is called again.
   * @param most characters that are taken
   */
  utf16(call: (buffer: number, bytes: number) => number, most = 1_000): string {
    const bytes = call(0, 0);
    if (bytes <= 2 || bytes > 64 * 2 ** 20) return "";
    return this.with(bytes, (at) => {
      call(at, bytes);
      return this.utf16At(at, Math.min(bytes / 2 - 1, most));
    });
  }

  utf16At(at: number, characters: number): string {
    return Buffer.from(this.memory.HEAPU8.buffer, at, Math.floor(characters) * 2).toString("utf16le");
  }

  /** Opens a file without reading it whole: PDFium asks for the parts that it needs. */
  open(path: string): OpenedPdf {
    const file = openSync(path, "r");
    const { size } = fstatSync(file);
    const getBlock = this.memory.addFunction((_, position = 0, buffer = 0, bytes = 0) => {
      const target = this.memory.HEAPU8.subarray(buffer, buffer + (bytes >>> 0));
      return readSync(file, target, 0, target.length, position >>> 0) === target.length ? 1 : 0;
    }, "iiiii");
    // FPDF_FILEACCESS: the length, the function, and what the function is told, which is nothing.
    const access = this.memory.wasmExports.malloc(12);
    this.memory.HEAPU32.set([size, getBlock, 0], access / 4);
    const document = this.functions.FPDF_LoadCustomDocument(access, "");
    const error = document === 0 ? this.functions.FPDF_GetLastError() : 0;
    return {
      document,
      encrypted: error === PASSWORD_ERROR,
      ...(error > 0 && error !== PASSWORD_ERROR && { problem: ERRORS[error] ?? "it is damaged" }),
      close: () => {
        if (document !== 0) this.functions.FPDF_CloseDocument(document);
        closeSync(file);
      },
    };
  }
}

export interface OpenedPdf {
  /** 0 when it could not be opened. */
  readonly document: number;
  /** It could not be opened for want of a password. */
  readonly encrypted: boolean;
  readonly problem?: string;
  close(): void;
}
