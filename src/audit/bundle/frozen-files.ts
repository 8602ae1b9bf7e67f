import { createReadStream, existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { byName, FROZEN_FOLDERS } from './format.js'
import { hashed } from './signature.js'

/** Names of the files that a freeze leaves in the folder of a version and that go into the bundle as they are, in order. */
export async function frozenNames(reportDir: string): Promise<string[]> {
  const names: string[] = []
  for (const folder of FROZEN_FOLDERS) {
    const dir = join(reportDir, folder)
    if (!existsSync(dir)) continue
    for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const path = join(entry.parentPath, entry.name)
      names.push(path.slice(reportDir.length + 1).replaceAll('\\', '/'))
    }
  }
  return names.sort((a, b) => byName({ name: a }, { name: b }))
}

/** SHA-256 of each of them, hex: what the ledger says of a freeze, so that whoever has the key cannot exchange one later. */
export async function frozenFiles(reportDir: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for (const name of await frozenNames(reportDir)) {
    const { sha256 } = await hashed(createReadStream(join(reportDir, name), { highWaterMark: 256 * 1024 }))
    files[name] = sha256.toString('hex')
  }
  return files
}
