import { Command, CommanderError } from 'commander'
import { vi } from 'vitest'
import type { LoadedConfig } from '../../src/config/config.js'
import { loaded } from './loaded.js'

/** Runs a command in this process as the command line does: what it writes, and its exit code. */
export async function runCommand(
  add: (program: Command, load: (file: string | undefined) => LoadedConfig) => unknown,
  args: readonly string[],
): Promise<{ readonly stdout: string; readonly stderr: string; readonly code: number }> {
  let [stdout, stderr, code] = ['', '', 0]
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text
    return true
  })
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text
    return true
  })
  const before = process.exitCode
  process.exitCode = 0
  const program = new Command('greengauge').exitOverride().option('--config <file>').option('--json')
  add(program, (file) => loaded(file!))
  try {
    await program.parseAsync([...args], { from: 'user' })
    code = Number(process.exitCode)
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    code = error.exitCode
  } finally {
    process.exitCode = before
    out.mockRestore()
    err.mockRestore()
  }
  return { stdout, stderr, code }
}
