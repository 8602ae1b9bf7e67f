import type { Finding, Text } from '../../base/report.js'
import { BundleFault, type FaultCode } from './fault.js'
import { byName, FILES_MAX, isName } from './format.js'

const REFUSED_MAX = 1000

/** The files of a bundle as they are found, with what is not taken. */
export class Listing<F extends { readonly name: string }> {
  readonly #files = new Map<string, F>()
  /** By the name in small letters: a disk that knows no other would write one file over the other. */
  readonly #spellings = new Map<string, string>()
  readonly #refused: Finding[] = []

  get isFull(): boolean {
    return this.#files.size >= FILES_MAX || this.#refused.length >= REFUSED_MAX
  }

  add(file: F): void {
    const { name } = file
    if (this.isFull)
      this.refuse('size', '', { en: `there are more than ${FILES_MAX} files`, zh: `文件超过 ${FILES_MAX} 个` })
    else if (!this.#takes(name)) return
    else if (this.#spellings.has(name.toLowerCase())) {
      this.refuse('name', name, {
        en: `there is also ${this.#spellings.get(name.toLowerCase())}: nobody could say which of the two counts`,
        zh: `另有 ${this.#spellings.get(name.toLowerCase())}：无法判断以哪一个为准`,
      })
    } else {
      this.#files.set(name, file)
      this.#spellings.set(name.toLowerCase(), name)
    }
  }

  takesFolder(name: string): boolean {
    return this.#takes(name)
  }

  /** Says what is wrong; a file that was taken under that name is not. */
  refuse(code: FaultCode, subject: string, text: Text): void {
    this.#files.delete(subject)
    if (this.#refused.length < REFUSED_MAX) this.#refused.push(new BundleFault(code, subject, text).finding)
  }

  ordered(): { files: ReadonlyMap<string, F>; refused: readonly Finding[] } {
    const files = [...this.#files.values()].sort(byName)
    return { files: new Map(files.map((file) => [file.name, file])), refused: this.#refused }
  }

  #takes(name: string): boolean {
    if (isName(name)) return true
    this.refuse('name', name, {
      en: 'no file of a bundle is called so: it is not read',
      zh: '证据包中的文件不会使用这样的名称：不予读取',
    })
    return false
  }
}

export function missing(name: string): BundleFault {
  return new BundleFault('missing', name, { en: 'it is not there', zh: '该文件不存在' })
}
