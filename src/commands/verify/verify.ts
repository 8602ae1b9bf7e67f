import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { BACKUP_MANIFEST, DATA } from '../../audit/backup/manifest.js'
import { EXIT } from '../../base/exit-codes.js'

/** `greengauge verify`: whether a report, an evidence bundle, a ledger or a backup is what was issued, with no gateway running. */

interface Options {
  readonly key?: string
  readonly before?: string
  readonly language?: string
  readonly json?: boolean
}

/** Adds `verify <path>` to the program. */
export function addVerifyCommand(program: Command): void {
  program
    .command('verify')
    .description(
      'check a report, an evidence bundle, a ledger or a backup, offline: signatures, hashes, and every figure anew',
    )
    .argument(
      '<path>',
      'evidence bundle (zip, or a folder it was unpacked into), report.json, ledger folder, or backup',
    )
    .option('--key <fingerprint>', 'that of the key it has to be signed with, as you got it from the plant')
    .option('--before <bundle>', 'evidence bundle of the period before, which the report is compared with')
    .option('--language <en|zh>', 'of what is said; by default as the environment has it')
    .option('--json', 'all findings as JSON')
    .action(async (path: string, _options: Options, command: Command) => {
      const { key, before, language, json } = command.optsWithGlobals<Options>()
      if (language !== undefined && language !== 'en' && language !== 'zh') {
        command.error(`error: --language ${language} is not known: write en or zh`, { exitCode: EXIT.usage })
      }
      // Loaded when it is needed: a gateway starts without it.
      if (existsSync(join(path, BACKUP_MANIFEST)) || existsSync(join(path, DATA, 'archive'))) {
        if (before !== undefined)
          command.error('error: --before goes with an evidence bundle', { exitCode: EXIT.usage })
        const { verifyBackup } = await import('./backup.js')
        process.exitCode = await verifyBackup({ dir: path, key, language, isJson: json === true })
        return
      }
      const { runVerifier } = await import('../../audit/verify/run.js')
      process.exitCode = await runVerifier({ path, key, before, language, isJson: json === true })
    })
}
