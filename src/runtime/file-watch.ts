import { type Stats, unwatchFile, watchFile } from 'node:fs'

/** Looked at by their times: that also sees a file that is replaced, or on a volume of another machine. */
const INTERVAL_MS = 1000

/** Says when one of some files has changed, has come or has gone. */
export class FileWatch {
  /** Node calls it once too for a file that is not there: then both have no link, and nothing has changed. */
  readonly #changed: (now: Stats, before: Stats) => void
  #files: readonly string[] = []

  constructor(changed: () => void, files: readonly string[] = []) {
    this.#changed = (now, before) => {
      if (now.nlink > 0 || before.nlink > 0) changed()
    }
    this.watch(files)
  }

  /** From now on these, instead of those before. */
  watch(files: readonly string[]): void {
    for (const file of this.#files) if (!files.includes(file)) unwatchFile(file, this.#changed)
    for (const file of files) {
      if (!this.#files.includes(file)) watchFile(file, { persistent: false, interval: INTERVAL_MS }, this.#changed)
    }
    this.#files = files
  }
}
