import { join } from 'node:path'
import { recordFileFault } from '../../archive/record/files.js'
import { namesBelow } from './held.js'
import { BACKUP_MANIFEST, type BackupManifest, readBackup } from './manifest.js'

export interface BackupCheck {
  readonly manifest: BackupManifest
  /** SHA-256 of the manifest. */
  readonly sha256: string
  /** One sentence a file that is missing, altered, or too many; none when the backup is as it was made. */
  readonly faults: readonly string[]
}

/**
 * Reads every byte of a backup and compares it with its manifest. Throws a `BackupFault` when there is no manifest that can be
 * used.
 */
export async function checkBackup(
  dir: string,
  progress: (done: number, bytes: number) => void = () => {},
): Promise<BackupCheck> {
  const { manifest, sha256 } = readBackup(dir)
  const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0)
  const faults: string[] = []
  let done = 0
  for (const file of manifest.files) {
    const fault = await recordFileFault(dir, { ...file, name: file.path, rows: 0 })
    if (fault !== '') faults.push(`${join(dir, file.path)} ${fault}`)
    done += file.bytes
    progress(done, bytes)
  }
  const named = new Set([BACKUP_MANIFEST, ...manifest.files.map(({ path }) => path)])
  for (const name of namesBelow(dir)) {
    if (!named.has(name)) faults.push(`${join(dir, name)} does not belong to the backup`)
  }
  return { manifest, sha256, faults }
}
