import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { ZipFile } from 'yazl'
import { bytesOf } from '../../src/audit/bundle/bundle-reader.js'
import { openZip } from '../../src/audit/bundle/zip-reader.js'

/** A folder as one file: most of what a data directory has is text, and most of that repeats itself. */
export async function pack(dir: string, names: readonly string[], path: string): Promise<void> {
  const zip = new ZipFile()
  for (const name of names) zip.addBuffer(readFileSync(join(dir, name)), name, { mtime: new Date(0), mode: 0o100600 })
  zip.end()
  await pipeline(zip.outputStream, createWriteStream(path))
}

export async function unpack(path: string, dir: string): Promise<void> {
  const zip = await openZip(path)
  try {
    for (const name of zip.files.keys()) {
      const to = join(dir, name)
      mkdirSync(dirname(to), { recursive: true })
      writeFileSync(to, await bytesOf(zip, name))
    }
  } finally {
    await zip.close()
  }
}
