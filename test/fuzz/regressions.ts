import { existsSync, readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../cases/fuzz/', import.meta.url)

/** What was found once, by target: the file's name says what it was. */
export function regressions(target: string): Buffer[] {
  const folder = new URL(`${target}/`, FOLDER)
  return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(new URL(name, folder))) : []
}
