import { defineConfig } from "vite";

/**
 * The console's pages: one document, a script for what every page needs, and one for each page. Nothing is inlined,
 * because the pages' Content-Security-Policy runs and styles nothing that stands in a document.
 */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: "public",
  cacheDir: "../../../.cache/vite",
  logLevel: "warn",
  build: {
    outDir: process.env.PAGES_FOLDER ?? "dist",
    emptyOutDir: true,
    target: "es2024",
    cssTarget: ["chrome123", "firefox128", "safari18"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
  },
});
