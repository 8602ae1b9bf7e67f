import { join } from 'node:path'
import { checkBackup } from '../../audit/backup/check.js'
import { BackupFault, DATA } from '../../audit/backup/manifest.js'
import { checkData } from '../../audit/ledger/check-data.js'
import { EXIT, type ExitCode } from '../../base/exit-codes.js'
import type { Finding } from '../../base/report.js'
import { print, printJson } from '../../program/output.js'

export interface BackupCall {
  readonly dir: string
  /** Fingerprint of the key that its ledger has to be signed with. */
  readonly key: string | undefined
  readonly language: 'en' | 'zh' | undefined
  readonly isJson: boolean
}

/**
 * Checks a backup where it lies: every file against its manifest, then archive and journal against the ledger in it, as
 * `greengauge ledger check` does with a data directory. Gives the exit code.
 */
export async function verifyBackup({ dir, key, language = 'en', isJson }: BackupCall): Promise<ExitCode> {
  const findings = await findingsOf(dir, key)
  const ok = findings.every((finding) => finding.ok)
  if (isJson) printJson({ what: 'backup', ok, key_named: key !== undefined, findings })
  else
    for (const finding of findings)
      print(`${MARKS[language][finding.ok ? 'holds' : 'fails']}  ${finding.text[language]}`)
  return ok ? EXIT.ok : EXIT.badData
}

const MARKS = { en: { holds: 'holds', fails: 'FAILS' }, zh: { holds: '成立  ', fails: '不成立' } } as const

async function findingsOf(dir: string, key: string | undefined): Promise<readonly Finding[]> {
  let check: Awaited<ReturnType<typeof checkBackup>>
  try {
    check = await checkBackup(dir)
  } catch (error) {
    if (!(error instanceof BackupFault)) throw error
    return [finding(false, error.message, error.message)]
  }
  const { manifest, faults } = check
  if (faults.length > 0) return faults.map((fault) => finding(false, fault, fault))
  const { files, at } = manifest
  const whole = finding(
    true,
    `all ${files.length} files are as they were backed up: everything acknowledged before ${at}`,
    `全部 ${files.length} 个文件与备份时一致：包含 ${at} 之前确认接收的所有数据`,
  )
  const dataDir = join(dir, DATA)
  return [whole, ...(await checkData({ dataDir, root: null, ...(key === undefined ? {} : { fingerprint: key }) }))]
}

function finding(ok: boolean, en: string, zh: string): Finding {
  return { ok, code: 'backup', subject: '', text: { en, zh } }
}
