import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

export interface VersionInfo {
  /** Version of the package, semantic versioning. */
  readonly version: string
  /** First 12 digits of the commit it was built from; '' when that is not known. */
  readonly commit: string
  /** Version of Node.js, without the v. */
  readonly node: string
}

/** The folder that holds package.json, seen from `src/` and from `dist/src/` alike. */
export const packageRoot = findPackageRoot(import.meta.dirname)

export function versionInfo(): VersionInfo {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')))
  return { version, commit: commit(), node: process.versions.node }
}

/** A clone is asked through git; an installed package or an image has the file that the build wrote. */
function commit(): string {
  if (existsSync(join(packageRoot, '.git'))) {
    try {
      const git = ['rev-parse', '--short=12', 'HEAD']
      return execFileSync('git', git, {
        cwd: packageRoot,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim()
    } catch {
      // No git on this machine, or a repository of another owner, which git refuses: the file below still knows.
    }
  }
  const written = join(packageRoot, 'dist', 'commit')
  return existsSync(written) ? readFileSync(written, 'utf8').trim() : ''
}

function findPackageRoot(start: string): string {
  let folder = start
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder)
    if (parent === folder) throw new Error(`find package.json: none in ${start} or above it`)
    folder = parent
  }
  return folder
}
