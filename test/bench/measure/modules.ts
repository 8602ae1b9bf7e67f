import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Comment that the build writes above the code of each module. */
const MARK = /^\/\/ (?:\.\.\/\S*?)?((?:src|simulators|node_modules)\/\S+)$/

/** Modules of each built file: for each line the one that it was made from, '' above the first. */
const built = new Map<string, readonly string[]>()

/**
 * The module of a place in a built file, such as `src/kpi/engine.ts`. A file that is not built, or is not there any more,
 * is its own module. `line` counts from 0.
 */
export function moduleOf(url: string, line: number): string {
  if (!url.startsWith('file:') || !url.includes('/dist/')) return url
  return modulesOf(fileURLToPath(url))[line] || url
}

function modulesOf(file: string): readonly string[] {
  const known = built.get(file)
  if (known !== undefined) return known
  let module = ''
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
  const modules = lines.map((text) => {
    module = MARK.exec(text)?.[1] ?? module
    return module
  })
  built.set(file, modules)
  return modules
}
