import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const dirs = new Set<string>()

/** An empty folder that is gone when the bench has ended. */
export function scratchDir(name: string): string {
  return scratched(mkdtempSync(join(tmpdir(), `greengauge-bench-${name}-`)))
}

/** The same for a folder that somebody else has made. */
export function scratched(dir: string): string {
  dirs.add(dir)
  return dir
}

export function removeScratch(...which: readonly string[]): void {
  for (const dir of which.length > 0 ? which : dirs) {
    rmSync(dir, { recursive: true, force: true })
    dirs.delete(dir)
  }
}
