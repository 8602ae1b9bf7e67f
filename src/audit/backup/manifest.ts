/**
 * A backup on the disk.
 *
 *     DIR/backup.json   what it consists of, written last: without it there is no backup
 *         data/…        the files of the data directory under their names there
 *         config/…      the configuration file and the profiles that it uses, as they were
 *
 * `backup.json` has two lines: `{"format":1,"sha256":…}`, the hash being of the second, and the manifest.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'
import { z } from 'zod'
import { NewerFormat } from '../../base/unfit-data.js'

export const BACKUP_MANIFEST = 'backup.json'
export const DATA = 'data'
export const CONFIG = 'config'

const FORMAT = 1

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const place = z.object({ segment: z.number().int().min(0), offset: z.number().int().min(0) })

/** A path below the backup, with `/`, that leads nowhere else. */
const path = z.string().refine((name) => {
  const [top] = name.split('/')
  const isPlain = normalize(name).split(sep).join('/') === name && !name.includes('\\') && !name.endsWith('/')
  return isPlain && (top === DATA || top === CONFIG) && name !== top
}, 'is no path below a backup')

const manifest = z.object({
  /** RFC 3339: when its files were held. Whatever was acknowledged before is in it. */
  at: z.iso.datetime(),
  program: z.object({ version: z.string(), commit: z.string() }),
  /** Behind the last record of the journal that is in it; null when the journal had none. */
  journal: place.nullable(),
  /** Up to there the files of the archive have everything; what follows is in the journal. */
  archive: place,
  /** The newest entry of the ledger; null when there was none. */
  ledger: z.object({ number: z.number().int(), hash: sha256 }).nullable(),
  files: z.array(z.object({ path, bytes: z.number().int().min(0), sha256, mode: z.number().int().min(0).max(0o777) })),
})

export type BackupManifest = z.output<typeof manifest>
export type BackupFile = BackupManifest['files'][number]

/**
 * Thrown when nothing is backed up or restored: the message names the file and says what to do. The fault lies in how the command
 * was called, such as a folder that is not empty, or in the backup.
 */
export class BackupFault extends Error {
  override readonly name = 'BackupFault'

  constructor(
    message: string,
    readonly liesIn: 'call' | 'backup' = 'backup',
  ) {
    super(message)
  }
}

/** The file of a manifest, to the letter. */
export function backupText(of: BackupManifest): string {
  const body = JSON.stringify(of)
  return `${JSON.stringify({ format: FORMAT, sha256: hashOf(body) })}\n${body}\n`
}

/** Reads the manifest of a backup, with its hash. Throws a `BackupFault`, or `NewerFormat` when a newer program has written it. */
export function readBackup(dir: string): { readonly manifest: BackupManifest; readonly sha256: string } {
  const file = join(dir, BACKUP_MANIFEST)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new BackupFault(
      `${dir} is no finished backup: it has no ${BACKUP_MANIFEST}, which is written last; take another backup`,
    )
  }
  const [head = '', body = ''] = text.split('\n')
  const { format, sha256: stated } = parsed(head) as { format?: unknown; sha256?: unknown }
  if (typeof format === 'number' && format > FORMAT) {
    throw new NewerFormat(file, format, FORMAT)
  }
  const found = manifest.safeParse(parsed(body))
  if (stated !== hashOf(body) || text !== `${head}\n${body}\n` || !found.success) {
    throw new BackupFault(`${file} is not as it was written: take another backup`)
  }
  return { manifest: found.data, sha256: stated }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) ?? {}
  } catch {
    return {}
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
