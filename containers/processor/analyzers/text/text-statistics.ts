/** Lines, words and characters of a text that comes in pieces. */
export class TextStatistics {
  #lines = 0;
  #words = 0;
  #characters = 0;
  #longestLine = 0;
  #line = 0;
  #inWord = false;
  #invalid = 0;

  add(text: string): void {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      this.#characters++;
      if (code === 0xfffd) this.#invalid++;
      const isSpace = code === 32 || (code >= 9 && code <= 13) || code === 0xa0;
      if (!isSpace && !this.#inWord) this.#words++;
      this.#inWord = !isSpace;
      if (code === 10) this.#endLine();
      else if (code !== 13) this.#line++;
    }
  }

  finish() {
    if (this.#line > 0) this.#endLine();
    return {
      lines: this.#lines,
      words: this.#words,
      characters: this.#characters,
      longestLineCharacters: this.#longestLine,
      ...(this.#invalid > 0 && { invalidCharacters: this.#invalid }),
    };
  }

  #endLine(): void {
    this.#lines++;
    this.#longestLine = Math.max(this.#longestLine, this.#line);
    this.#line = 0;
  }
}
