const WIDTH = 30;

/** A line on a terminal that shows how far something has come; nothing where standard error is no terminal. */
export interface ProgressBar {
  /** @param text what comes after the bar */
  update(done: number, total: number, text: string): void;
  /** Clears the line. */
  end(): void;
}

export function progressBar(stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  if (!stream.isTTY) return { update() {}, end() {} };
  return {
    update: (done, total, text) => stream.write(`\r\u001b[K${bar(done, total)} ${text}`),
    end: () => stream.write("\r\u001b[K"),
  };
}

/** `[██████░░░░]  60 %`. */
export function bar(done: number, total: number): string {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const full = Math.round(share * WIDTH);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${"█".repeat(full)}${"░".repeat(WIDTH - full)}] ${percent} %`;
}
