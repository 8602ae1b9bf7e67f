import { deviceIdOf } from '../../decode/profile/names.js'
import { quote } from '../../decode/text.js'

/** Names that are remembered; those of further ones are not compared. */
const NAMES_MAX = 100_000

/** Ids that names of a file become. Two names that become one id are two devices whose readings must not be mixed. */
export class NamedIds {
  readonly #names = new Map<string, string>()

  /** @param scope within which ids are told apart, such as `works/device` */
  idOf(scope: string, name: string): { readonly id: string } | { readonly problem: string } {
    const id = deviceIdOf(name)
    const key = `${scope}/${id}`
    const before = this.#names.get(key)
    if (id === '' || before === name) return { id }
    if (before === undefined) {
      if (this.#names.size < NAMES_MAX) this.#names.set(key, name)
      return { id }
    }
    if (before.trim().toLowerCase() === name.trim().toLowerCase()) return { id }
    const both = `${quote(before)} and ${quote(name)} both become the id ${id}, so their readings would be mixed`
    return { problem: `${both}: give each an id of its own, in an entry of values with where` }
  }
}
