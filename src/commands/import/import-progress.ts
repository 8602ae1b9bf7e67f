import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { writeWhole } from '../../config/files/access-file.js'

/** Record of what has been imported, in a file beside the mapping, so that a command that was killed goes on behind what the gateway has. */

const FILES_MAX = 1000

const entry = z.object({
  /** SHA-256 of file and mapping, hex, and the gateway: with another one of them it is another import. */
  file_sha256: z.string(),
  mapping_sha256: z.string(),
  to: z.string(),
  name: z.string(),
  /** Rows from the first on that the gateway has acknowledged all of. */
  rows: z.int().min(0),
  done: z.boolean(),
})
const content = z.object({ format: z.literal(1), imports: z.array(entry) })

export type ImportRecord = z.infer<typeof entry>
type ImportKey = Pick<ImportRecord, 'file_sha256' | 'mapping_sha256' | 'to'>

export class ImportProgress {
  readonly path: string
  #imports: readonly ImportRecord[]

  private constructor(path: string, imports: readonly ImportRecord[]) {
    this.path = path
    this.#imports = imports
  }

  /** Throws with a sentence when the file is there and is no record of imports. */
  static open(path: string): ImportProgress {
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new ImportProgress(path, [])
      throw error
    }
    const parsed = content.safeParse(parsedJson(text))
    if (parsed.success) return new ImportProgress(path, parsed.data.imports)
    throw new NoProgressFile(`${path} is no progress of an import: name another file with --progress, or delete it`)
  }

  of(key: ImportKey): ImportRecord | undefined {
    return this.#imports.find((one) => isSame(one, key))
  }

  /** Resolves what is known of an import into the file, on the disk when it returns. The oldest of a thousand are forgotten. */
  note(record: ImportRecord): void {
    this.#imports = [...this.#imports.filter((one) => !isSame(one, record)), record].slice(-FILES_MAX)
    writeWhole(this.path, `${JSON.stringify({ format: 1, imports: this.#imports }, null, 1)}\n`)
  }
}

/** A file under the name of the progress is something else; the message is a sentence for the person. */
export class NoProgressFile extends Error {}

function isSame(a: ImportKey, b: ImportKey): boolean {
  return a.file_sha256 === b.file_sha256 && a.mapping_sha256 === b.mapping_sha256 && a.to === b.to
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
