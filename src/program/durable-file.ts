import { open, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** Names of files that were not finished; nothing reads them, the next start removes them. */
export const UNFINISHED = '.unfinished'

/** Writes a file so that its name stands for all of it or for what it was before, whenever the power is cut. */
export async function writeDurably(
  dir: string,
  name: string,
  content: string | Uint8Array,
  { mode = 0o666 } = {},
): Promise<void> {
  const path = join(dir, name)
  await writeFile(path + UNFINISHED, content, { mode }).catch((error: NodeJS.ErrnoException) => {
    // The error of a write by descriptor does not name the file.
    throw Object.assign(error, { path: error.path ?? path })
  })
  await finishDurably(path)
}

/** Gives a file its name that was written under it and `UNFINISHED`, once all of it is on the disk. */
export async function finishDurably(path: string): Promise<void> {
  const file = await open(path + UNFINISHED, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(path + UNFINISHED, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
