import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { writeWhole } from '../files/access-file.js'
import { FIRST_CONFIG } from '../place.js'
import { readConfigText, whyReadOnly, whyUnwritable, writeConfigText } from './config-file.js'
import { BROWSER_HEAD } from './first-file.js'

/** The file that people change: the one that the gateway was started with, or the first one, in its data directory. */
export class EditableFile {
  readonly path: string
  readonly #isFirst: boolean

  constructor({
    file,
    config,
  }: { readonly file?: string | undefined; readonly config: { readonly data_dir: string } }) {
    this.#isFirst = file === undefined
    this.path = file ?? join(resolve(config.data_dir), FIRST_CONFIG)
  }

  /** The gateway was started without a file, and nobody has begun one since: the first change writes it. */
  isDue(): boolean {
    return this.#isFirst && !existsSync(this.path)
  }

  /** '' where there is none yet; null where it cannot be read. */
  read(): string | null {
    return this.isDue() ? '' : readConfigText(this.path)
  }

  /** The text that edits are made in, of what was read; the comments of a first one are in a language. */
  baseOf(text: string, language: keyof typeof BROWSER_HEAD = 'en'): string {
    return this.isDue() ? BROWSER_HEAD[language] : text
  }

  /** Sentence on why it cannot be changed, with the remedy; '' where it can. */
  obstacle(): string {
    return this.isDue() ? whyUnwritable(this.path) : whyReadOnly(this.path)
  }

  /** Replaces it whole or not at all; a first one is for the owner of the data directory alone. Throws errors of the system. */
  write(text: string): void {
    if (this.isDue()) writeWhole(this.path, text)
    else writeConfigText(this.path, text)
  }
}
