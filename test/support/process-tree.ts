import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** Processes that a process has started and that still run; those of `/proc`. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      // The name of the program, in brackets, may itself hold blanks and brackets.
      const parent = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[1]
      return Number(parent) === pid ? [Number(name)] : []
    } catch {
      // It has just ended.
      return []
    }
  })
}

/** Sends a signal to a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Paths of the files that a process has open; none when it has ended. */
export function openFilesOf(pid: number): string[] {
  const dir = `/proc/${pid}/fd`
  try {
    return readdirSync(dir).flatMap((fd) => {
      try {
        return [readlinkSync(`${dir}/${fd}`)]
      } catch {
        // It was closed meanwhile.
        return []
      }
    })
  } catch {
    return []
  }
}
