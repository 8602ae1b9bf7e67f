import { EXIT } from '../../base/exit-codes.js'
import { UnreadableFile } from '../../program/named-file.js'
import { complain } from '../../program/output.js'
import { Unreachable } from './unreachable.js'

/** Does the work of a command that ends with it: what the gateway refuses, or the disk, is said on stderr, with the exit code set. */
export async function orSayWhy(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof Unreachable) {
      complain(`error: ${error.message}`)
      process.exitCode = error.code
    } else if (error instanceof UnreadableFile) {
      complain(`error: ${error.message}`)
      process.exitCode = error.exit
    } else if (code !== undefined && /^E[A-Z]+$/.test(code)) {
      complain(`error: ${(error as Error).message}`)
      process.exitCode = EXIT.io
    } else throw error
  }
}
