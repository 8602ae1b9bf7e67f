import { existsSync, readdirSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../cases/fuzz/', import.meta.url)

/** Inputs of a target that were found once: the file's name says what each was. */
export function regressions(target: string): Buffer[] {
  const folder = new URL(`${target}/`, FOLDER)
  return existsSync(folder) ? readdirSync(folder).map((name) => readFileSync(new URL(name, folder))) : []
}
