import { chmod } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { measure } from '../../archive/record/files.js'
import type { Clock } from '../../base/clock.js'
import { writeDurably } from '../../program/durable-file.js'
import { holdCut } from './cut.js'
import { BACKUP_MANIFEST, type BackupFile, type BackupManifest, backupText, DATA } from './manifest.js'

/**
 * Makes a backup of a folder in which the files of a data directory stand under `data/` already, and nobody works on them. `at`
 * is when they were held.
 */
export async function describeAsBackup(of: {
  readonly dir: string
  readonly at: string
  readonly program: BackupManifest['program']
  readonly clock: Clock
}): Promise<BackupManifest> {
  const dir = resolve(of.dir)
  const { held, journal, archive, ledger } = await holdCut(join(dir, DATA), of.clock)
  try {
    const files: BackupFile[] = []
    for (const [name, { mode }] of held.entries()) {
      const path = `${DATA}/${name}`
      files.push({ path, ...(await measure(join(dir, path))), mode })
      await chmod(join(dir, path), 0o600)
    }
    const manifest = { at: of.at, program: of.program, journal, archive, ledger, files }
    await writeDurably(dir, BACKUP_MANIFEST, backupText(manifest), { mode: 0o600 })
    return manifest
  } finally {
    held.close()
  }
}
